import { icon, iconButton, make } from './dom.ts';

export interface Chrome {
  /** Where the page is drawn. */
  readonly main: HTMLElement;
  /** What scrolls. */
  readonly scroller: HTMLElement;
  readonly toolbar: HTMLElement;
  readonly leftPages: HTMLElement;
  readonly right: HTMLElement;
  toggle(side: 'left' | 'right', flag: unknown): boolean;
}

const ICONS = {
  menu: 'M4 6h16M4 12h16M4 18h16',
  search: 'M10 10m-7 0a7 7 0 1 0 14 0a7 7 0 1 0 -14 0M21 21l-6 -6',
  home: 'M5 12H3l9 -9l9 9h-2M5 12v7a2 2 0 0 0 2 2h10a2 2 0 0 0 2 -2v-7M9 21v-6a2 2 0 0 1 2 -2h2a2 2 0 0 1 2 2v6',
  theme: 'M12 3c.132 0 .263 0 .393 0a7.5 7.5 0 0 0 7.92 12.446a9 9 0 1 1 -8.313 -12.454z',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  sidebar: 'M4 6a2 2 0 0 1 2 -2h12a2 2 0 0 1 2 2v12a2 2 0 0 1 -2 2h-12a2 2 0 0 1 -2 -2zM15 4v16',
  calendar: 'M4 7a2 2 0 0 1 2 -2h12a2 2 0 0 1 2 2v12a2 2 0 0 1 -2 2h-12a2 2 0 0 1 -2 -2zM16 3v4M8 3v4M4 11h16',
  files:
    'M15 3v4a1 1 0 0 0 1 1h4M18 17h-7a2 2 0 0 1 -2 -2v-10a2 2 0 0 1 2 -2h4l5 5v7a2 2 0 0 1 -2 2zM16 17v2a2 2 0 0 1 -2 2h-7a2 2 0 0 1 -2 -2v-10a2 2 0 0 1 2 -2h2',
};

/** Logseq's window around the page: header, sidebars, and where they are switched. */
export function createChrome(
  root: HTMLElement,
  acts: {
    home(): void;
    all(): void;
    palette(): void;
    theme(): void;
    more(at: DOMRect): void;
    changed(): void;
  },
): Chrome {
  const main = make('div', { class: 'cp__sidebar-main-content', 'data-is-margin-less-pages': 'false' });
  const scroller = make('main', { id: 'main-content-container', class: 'scrollbar-spacing', tabindex: '-1' }, main);
  const toolbar = make('div', { class: 'ui-items-container list-wrap', 'data-type': 'toolbar' });
  const leftPages = make('ul', { class: 'recent' });
  const right = make('aside', { id: 'right-sidebar', class: 'cp__right-sidebar', 'aria-label': 'Right sidebar' });
  const navigation = (label: string, path: string, pressed: () => void) => {
    const link = make('button', { class: 'item', type: 'button' }, icon(path), make('span', {}, label));
    link.addEventListener('click', pressed);
    return link;
  };
  const left = make(
    'nav',
    { id: 'left-sidebar', class: 'cp__sidebar-left-layout', 'aria-label': 'Left sidebar' },
    navigation('Journals', ICONS.calendar, acts.home),
    navigation('All pages', ICONS.files, acts.all),
    make('div', { class: 'nav-header' }, 'Recent'),
    leftPages,
  );
  const toggle = (side: 'left' | 'right', flag: unknown): boolean => {
    const element = side === 'left' ? left : right;
    const open = flag === 'toggle' ? !element.classList.contains('is-open') : flag !== false;
    element.classList.toggle('is-open', open);
    acts.changed();
    return open;
  };
  const header = make(
    'header',
    { id: 'head', class: 'cp__header' },
    make(
      'div',
      { class: 'l flex items-center' },
      iconButton('Toggle left sidebar', ICONS.menu, () => void toggle('left', 'toggle')),
      iconButton('Search', ICONS.search, acts.palette),
    ),
    make(
      'div',
      { class: 'r flex items-center' },
      toolbar,
      iconButton('Home', ICONS.home, acts.home),
      iconButton('Light or dark', ICONS.theme, acts.theme),
      iconButton('More', ICONS.more, () =>
        acts.more(header.querySelector('[aria-label=More]')!.getBoundingClientRect()),
      ),
      iconButton('Toggle right sidebar', ICONS.sidebar, () => void toggle('right', 'toggle')),
    ),
  );
  root.append(header, make('div', { id: 'app-container', class: 'theme-inner' }, left, scroller, right));
  return { main, scroller, toolbar, leftPages, right, toggle };
}
