/**
 * What the panel and the window around it tell each other where the panel is shown in a frame (`postMessage`). Nothing of
 * it is secret and nothing starts anything: any window may send it.
 */

/** From the panel to its frame. */
export type PanelSays =
  /** It is drawn. Without it the frame was blocked. */
  | { stagebook: 'panel'; is: 'ready' }
  /** The browser does not say whether the panel can be seen (IntersectionObserver v2), or something covers it: nobody can sign here. */
  | { stagebook: 'panel'; is: 'covered' }
  /** Escape was pressed with nothing of its own to close. */
  | { stagebook: 'panel'; is: 'leaving' };

/** To the panel. The theme of its first drawing is in its address: `?theme=dark`. */
export interface FrameSays {
  stagebook: 'frame';
  theme: 'light' | 'dark';
}
