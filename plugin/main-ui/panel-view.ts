import type { FrameSays, PanelSays } from '../../shared/protocol/panel-frame.ts';
import { button, element, type View } from './dom.ts';

/** How long the panel may take to be drawn before we offer another way to it, in milliseconds. */
const PATIENCE_MS = 4_000;

export interface PanelView extends View {
  /** Shows the panel at an address of the daemon's own; an empty one is wherever it was, at first `home`. Gives the address. */
  go(wanted: string, home: string): string;
  theme(theme: 'light' | 'dark'): void;
}

export interface PanelViewOptions {
  openInBrowser(url: string): void;
  /** The panel has nothing to close any more and Escape was pressed. */
  leaving(): void;
}

/** The daemon's panel in a frame. It is of another origin: nothing of us, and so of no other plugin, reaches into it. */
export function makePanelView({ openInBrowser, leaving }: PanelViewOptions): PanelView {
  let url = '';
  let query = '';
  let theme: 'light' | 'dark' = 'light';
  let patience: ReturnType<typeof setTimeout> | undefined;
  /** Until the panel is there, keys pressed in its frame would reach nobody: the focus waits beside it. */
  let ready = false;
  const frame = element('iframe', { title: 'Stagebook', class: 'panel', allow: 'clipboard-write' });
  const why = element('span');
  const notice = element(
    'p',
    { class: 'notice', role: 'status', hidden: '' },
    why,
    ' ',
    button('Open in browser', () => openInBrowser(url), { class: 'link' }),
  );
  const say = (text: string) => {
    why.textContent = text;
    notice.hidden = text === '';
  };

  addEventListener('message', ({ source, origin, data }: MessageEvent<unknown>) => {
    if (source !== frame.contentWindow || origin !== originOf(url)) return;
    const { stagebook, is } = (data ?? {}) as Partial<PanelSays>;
    if (stagebook !== 'panel') return;
    clearTimeout(patience);
    if (is === 'ready') {
      say('');
      ready = true;
      if (document.hasFocus() && document.activeElement === node) frame.focus();
    }
    if (is === 'covered')
      say('Logseq does not let the panel see whether something covers it, so nobody can sign here.');
    if (is === 'leaving') leaving();
  });

  const node = element('div', { class: 'fill', tabindex: '-1' }, notice, frame);
  return {
    node,
    focus: () => (ready ? frame : node).focus(),
    go(wanted, home) {
      const before = url;
      url = wanted === '' ? before || home : wanted;
      const loaded = before !== '' && pageOf(before) === pageOf(url);
      if (loaded && wanted === '') return url;
      if (!loaded) {
        ready = false;
        query = `?theme=${theme}`;
        say('');
        clearTimeout(patience);
        patience = setTimeout(() => say('The panel does not show here.'), PATIENCE_MS);
      }
      // The same page at another place is no new page, if its address stays the same to the hash.
      const { hash } = new URL(url);
      frame.src = `${pageOf(url)}${query}${hash || '#/'}`;
      return url;
    },
    theme(now) {
      theme = now;
      const says: FrameSays = { stagebook: 'frame', theme: now };
      if (url !== '') frame.contentWindow?.postMessage(says, originOf(url));
    },
  };
}

const originOf = (url: string): string => (url === '' ? '' : new URL(url).origin);

function pageOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
