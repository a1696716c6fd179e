import type { FrameSays, PanelSays } from '../../shared/protocol/panel-frame.ts';

/** Whether nothing of another origin is around this page. */
export const ALONE = window.top === window;

/** Tells the window around the panel. There is nothing secret in it, so that any may hear it. */
export function tellFrame(is: PanelSays['is']): void {
  if (ALONE) return;
  const says: PanelSays = { stagebook: 'panel', is };
  parent.postMessage(says, '*');
}

/** Hears the window around the panel: it can say light or dark, no more. */
export function hearFrame(theme: (theme: FrameSays['theme']) => void): void {
  if (ALONE) return;
  addEventListener('message', ({ source, data }: MessageEvent<unknown>) => {
    const says = (data ?? {}) as Partial<FrameSays>;
    if (source !== parent || says.stagebook !== 'frame') return;
    if (says.theme === 'light' || says.theme === 'dark') theme(says.theme);
  });
}
