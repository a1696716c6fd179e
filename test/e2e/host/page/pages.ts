import type { Model } from '../model/model.ts';
import type { ModelBlock } from '../model/store.ts';
import type { Chrome } from './chrome.ts';
import { make } from './dom.ts';
import { createBlockList, type BlockList, type OutlinerWorld } from './outliner.ts';
import type { Route } from './route.ts';
import { journalTitle } from './seed.ts';

/** Near enough to the end of what is drawn to draw more, in pixels. */
const NEAR_END = 1_000;
/** What the model does a moment later, such as putting the cursor into a new block, is drawn then. */
const A_MOMENT_MS = 5;

export interface Pages {
  /** Shows what the address says. */
  open(): void;
  openInSidebar(uuid: string): void;
  /** Another graph is there. */
  forget(): void;
  /** The graph may look different: what does is drawn with the next frame. */
  changed(): void;
  /** Whether something is still to be drawn. */
  readonly busy: boolean;
}

interface Shown {
  list: BlockList;
  blocks: () => readonly ModelBlock[];
}

/** What the window shows: a page with its references, the journals, the list of pages, and blocks in the sidebar. */
export function createPages(world: { model(): Model; chrome: Chrome; route: Route; outliner: OutlinerWorld }): Pages {
  const { model, chrome, route, outliner } = world;
  let page: Shown[] = [];
  let sidebar: Shown[] = [];

  const list = (kind: 'page' | 'references' | 'sidebar') =>
    createBlockList(outliner, {
      editable: kind === 'page',
      limited: kind === 'page',
      depth: kind === 'references' ? 1 : 0,
    });

  const openPage = (title: string): void => {
    model().open(title);
    document.body.dataset.page = 'page';
    const blocks = list('page');
    const references = list('references');
    const heading = make('h2', {}, 'Linked References');
    const linked = make('div', { class: 'references page-linked' }, heading, references.element);
    const shown = model().page(title)?.title ?? title;
    const header = make('div', { class: 'ls-page-title' }, make('h1', { class: 'title' }, shown));
    chrome.main.replaceChildren(make('div', { class: 'page-inner' }, header, blocks.element, linked));
    page = [
      { list: blocks, blocks: () => model().page(title)?.children ?? [] },
      {
        list: references,
        blocks: () => {
          const found = referring(model(), title);
          linked.hidden = found.length === 0;
          return found;
        },
      },
    ];
  };

  const openJournals = (): void => {
    document.body.dataset.page = 'home';
    const today = journalTitle(new Date());
    if (!model().page(today)) void makeJournal(model(), today).then(pages.changed);
    model().open(today);
    const others = model().pages.filter(({ journal, title }) => journal && title !== today);
    const titles = [today, ...others.map(({ title }) => title).toReversed()];
    const journals = make('div', { id: 'journals' });
    for (const title of titles) {
      const blocks = list('page');
      const link = pageLink(title, 'journal-title');
      const heading = make('h1', { class: 'title' }, link);
      journals.append(make('div', { class: 'journal-item content' }, heading, blocks.element));
      page.push({ list: blocks, blocks: () => model().page(title)?.children ?? [] });
    }
    chrome.main.replaceChildren(journals);
  };

  const openAllPages = (): void => {
    document.body.dataset.page = 'all-pages';
    const rows = model()
      .pages.filter(({ deletedAt }) => deletedAt === undefined)
      .toSorted((a, b) => b.updatedAt - a.updatedAt)
      .map(({ title }) => make('li', {}, pageLink(title, 'page-ref')));
    const heading = make('h1', { class: 'title' }, 'All pages');
    chrome.main.replaceChildren(make('div', { class: 'cp__all_pages' }, heading, make('ul', {}, ...rows)));
  };

  const pageLink = (title: string, kind: string): HTMLElement => {
    const link = make('a', { class: kind, href: `#/page/${encodeURIComponent(title)}` }, title);
    link.addEventListener('click', (event) => {
      event.preventDefault();
      route.go(title);
    });
    return link;
  };

  let recent = '';
  const draw = (): void => {
    for (const shown of [...page, ...sidebar]) shown.list.show(shown.blocks());
    const titles = model()
      .pages.filter(({ journal, children }) => !journal && children.length > 0)
      .map(({ title }) => title);
    if (titles.join('\n') === recent) return;
    recent = titles.join('\n');
    chrome.leftPages.replaceChildren(...titles.slice(-20).map((title) => make('li', {}, pageLink(title, 'page-ref'))));
  };
  let frame: number | undefined;
  let moments = 0;
  const drawSoon = (): void => {
    frame ??= requestAnimationFrame(() => {
      frame = undefined;
      draw();
    });
  };

  chrome.scroller.addEventListener('scroll', () => {
    const { scrollTop, clientHeight, scrollHeight } = chrome.scroller;
    if (scrollTop + clientHeight > scrollHeight - NEAR_END) page.some((shown) => shown.list.more());
  });

  const pages: Pages = {
    open() {
      for (const shown of page) shown.list.close();
      page = [];
      model().edit(null);
      if (route.page !== null) openPage(route.page);
      else if (route.current.template === '/all-pages') openAllPages();
      else openJournals();
      chrome.scroller.scrollTop = 0;
      pages.changed();
    },
    openInSidebar(uuid) {
      if (!model().block(uuid)) return;
      chrome.toggle('right', true);
      const blocks = list('sidebar');
      chrome.right.append(make('div', { class: 'sidebar-item content' }, blocks.element));
      sidebar.push({ list: blocks, blocks: () => [model().block(uuid)].filter((block) => block !== undefined) });
      pages.changed();
    },
    forget() {
      for (const shown of sidebar) shown.list.close();
      sidebar = [];
      chrome.right.replaceChildren();
    },
    changed() {
      drawSoon();
      moments += 1;
      setTimeout(() => {
        moments -= 1;
        drawSoon();
      }, A_MOMENT_MS);
    },
    get busy() {
      return frame !== undefined || moments > 0;
    },
  };
  return pages;
}

async function makeJournal(model: Model, title: string): Promise<void> {
  await model.call('create_page', [title, {}, { redirect: false, journal: true }]);
  model.edit(null);
  model.open(title);
}

/** Blocks on other pages that name a page. */
function referring(model: Model, title: string): ModelBlock[] {
  const wanted = `[[${title.toLowerCase()}]]`;
  const under = (blocks: readonly ModelBlock[]): ModelBlock[] =>
    blocks.flatMap((block) => (block.content.toLowerCase().includes(wanted) ? [block] : under(block.children)));
  return model.pages.filter((page) => page.title !== title).flatMap((page) => under(page.children));
}
