export type Mode = 'light' | 'dark';

export interface Theme {
  readonly mode: Mode;
  set(mode: Mode): void;
}

/** Light or dark, as attributes and classes of the page; `changed` is told when it becomes the other one. */
export function createTheme(first: Mode, host: 'old' | 'new', changed: (mode: Mode) => void): Theme {
  let mode = first;
  const { documentElement: html, body } = document;
  html.dataset.host = host;
  // Only newer hosts have colours to choose from, and the scales behind them.
  if (host === 'new') html.dataset.color = 'logseq';
  else delete html.dataset.color;
  const paint = () => {
    html.dataset.theme = mode;
    html.classList.toggle('dark', mode === 'dark');
    body.className = mode === 'dark' ? 'dark-theme' : 'white-theme light-theme';
  };
  paint();
  return {
    get mode() {
      return mode;
    },
    set(next) {
      if (next === mode) return;
      mode = next;
      paint();
      changed(mode);
    },
  };
}
