import { fail } from '../../shared/failure.ts';
import { healthChart } from '../../shared/health-chart.ts';
import type { ReviewItem, ReviewOverview, ReviewPreview, ReviewState } from '../../shared/review.ts';
import type { BlockMemory } from '../graph/block-memory.ts';
import type { Graph } from '../graph/graph.ts';
import { writePage } from '../graph/writer.ts';
import { applyFix, digestOf, previewFix, undoFix } from './apply.ts';
import { gatherTodos, todosDoc } from './code-todos.ts';
import { Examinations, type ExaminationMeans } from './examinations.ts';
import type { Examined } from './finding.ts';
import { countsOf, groupsOf } from './items.ts';
import { reviewDoc } from './page.ts';
import type { NamedAt } from './pages-about.ts';
import type { Decision } from './store.ts';

export interface ReviewOptions extends ExaminationMeans {
  memory: BlockMemory;
  /** IANA zone in which pages write times. */
  zone: string;
  /** As people call a graph. */
  nameOf(id: string): string;
  /** Told of pages that a fix, or taking one back, has changed. */
  changed?(graph: Graph, pages: readonly string[]): Promise<void>;
  /** Where pages name a file of code. */
  about?(graph: Graph, path: string): Promise<NamedAt[]>;
  /** Folders of the configured repositories. */
  repositories?: readonly string[] | undefined;
  /** The address of the panel, for links on the page. */
  panel?(): string | undefined;
}

export interface FindingsRequest {
  /** Only this one, however somebody decided about it. */
  finding?: string | undefined;
  check?: string | undefined;
  page?: string | undefined;
  state?: ReviewState | undefined;
  offset?: number | undefined;
  limit?: number | undefined;
}

/** What a person does with the review of a graph. Only `apply`, `undo` and `writePage` write into the graph, each when asked. */
export interface Review {
  /** Reviews, or says what a moment ago was found. */
  overview(graph: string, options?: { fresh?: boolean }): Promise<ReviewOverview>;
  /** What a moment ago was found, a piece at a time, what more depends on first. */
  findings(graph: string, request: FindingsRequest): Promise<{ findings: ReviewItem[]; total: number }>;
  /** Exactly what a finding's fix would change. Throws `review.gone`, `review.no_fix`, `review.changed`. */
  preview(graph: string, finding: string): Promise<ReviewPreview>;
  /** Makes a fix as it was previewed. Gives its number, by which it is undone. Throws `review.changed` for any other. */
  apply(graph: string, finding: string, digest: string, by: string): Promise<number>;
  /** Takes a fix back. Throws `review.not_applied`, `review.changed_since`. */
  undo(graph: string, fix: number): Promise<void>;
  snooze(graph: string, finding: string, until: number, by: string): Promise<void>;
  dismiss(graph: string, finding: string, reason: string, by: string): Promise<void>;
  reopen(graph: string, finding: string): Promise<void>;
  /** Writes the page `Review/<date>`, and gives its name; null where a person deleted it. */
  writePage(graph: string): Promise<string | null>;
  /**
   * Writes the page `Code TODOs` of what comments in the configured repositories leave to be done; null where a person deleted
   * it. Throws `review.no_repositories`.
   */
  writeTodos(graph: string): Promise<string | null>;
  /** Where pages of the graph name a file of code, by its path from its repository's folder. */
  about(graph: string, path: string): Promise<NamedAt[]>;
}

/** So long a review is said again instead of made anew, in milliseconds. */
const FRESH_MS = 5_000;
const DAYS = 60;
const FIXES = 20;
const SHOWN = 50;
/** Of each group so many findings stand on the page; the panel has the others. */
const ON_PAGE = 200;

export function createReview(options: ReviewOptions): Review {
  const { store, memory, clock } = options;
  const examinations = new Examinations(options);

  const overview = (id: string, found: Examined): ReviewOverview => overviewOf(id, found, examinations, options);

  const decide = async (id: string, finding: string, decision: Pick<Decision, 'kind' | 'until' | 'reason' | 'by'>) => {
    const { message } = await examinations.find(id, finding);
    store.decide(id, { ...decision, finding, at: clock.now(), title: message });
    examinations.keepDay(id, await examinations.seen(id));
  };

  const tellChanged = async (graph: Graph, done: readonly { page: string }[]): Promise<void> => {
    const pages = done.map(({ page }) => page);
    await options.changed?.(graph, pages);
  };

  return {
    async overview(id, { fresh = false } = {}) {
      return overview(id, await examinations.examine(id, fresh ? -1 : FRESH_MS));
    },
    async findings(id, { finding, check, page, state = 'open', offset = 0, limit = SHOWN }) {
      const all = examinations
        .sorted(id, await examinations.seen(id))
        .filter(
          (item) =>
            (finding === undefined ? item.state === state : item.finding === finding) &&
            (check === undefined || item.check === check) &&
            (page === undefined || item.page === page),
        );
      return { findings: all.slice(offset, offset + limit), total: all.length };
    },
    async preview(id, finding) {
      const graph = await options.graph(id);
      return examinations.whenChanged(id, async () => {
        const fix = await examinations.fixOf(id, graph, finding);
        return { title: fix.title, digest: digestOf(fix), pages: await previewFix(graph, fix) };
      });
    },
    async apply(id, finding, digest, by) {
      const graph = await options.graph(id);
      const { fix, done } = await examinations.whenChanged(id, async () => {
        const now = await examinations.fixOf(id, graph, finding);
        if (digestOf(now) !== digest) {
          throw fail('conflict', 'review.changed', 'This is no longer the change that you saw. Look at it once more.');
        }
        return { fix: now, done: await applyFix(graph, now) };
      });
      await tellChanged(graph, done);
      const number = store.applied(id, { finding, title: fix.title, by, at: clock.now() }, done);
      await examinations.examine(id, -1);
      return number;
    },
    async undo(id, fix) {
      const done = store.fix(id, fix);
      if (!done) throw fail('not-found', 'review.not_applied', 'This fix was undone already, or was never made.');
      const graph = await options.graph(id);
      await undoFix(graph, done);
      await tellChanged(graph, done);
      store.undone(fix, clock.now());
      await examinations.examine(id, -1);
    },
    async snooze(id, finding, until, by) {
      await decide(id, finding, { kind: 'snoozed', until, reason: '', by });
    },
    async dismiss(id, finding, reason, by) {
      await decide(id, finding, { kind: 'dismissed', until: null, reason, by });
    },
    async reopen(id, finding) {
      store.reopen(id, finding);
      examinations.keepDay(id, await examinations.seen(id));
    },
    async writeTodos(id) {
      const { repositories = [] } = options;
      if (repositories.length === 0) {
        throw fail(
          'invalid',
          'review.no_repositories',
          'No repositories are configured. Name their folders in review.repositories of config.yaml.',
        );
      }
      const doc = todosDoc(await gatherTodos(repositories));
      return (await writePage(await options.graph(id), memory, doc)).page;
    },
    async about(id, path) {
      return (await options.about?.(await options.graph(id), path)) ?? [];
    },
    async writePage(id) {
      const found = await examinations.examine(id, FRESH_MS);
      const open = examinations.sorted(id, found).filter(({ state }) => state === 'open');
      return writeReviewPage(await options.graph(id), overview(id, found), open, options);
    },
  };
}

function overviewOf(
  id: string,
  found: Examined,
  examinations: Examinations,
  { store, nameOf }: ReviewOptions,
): ReviewOverview {
  const items = examinations.sorted(id, found);
  const open = items.filter(({ state }) => state === 'open');
  return {
    graph: id,
    name: nameOf(id),
    at: found.at,
    pages: found.pages,
    counts: countsOf(open),
    groups: groupsOf(open, found),
    snoozed: items.filter(({ state }) => state === 'snoozed').length,
    dismissed: items.filter(({ state }) => state === 'dismissed').length,
    notes: found.notes.slice(0, 100),
    days: store.days(id, DAYS),
    fixes: store.fixes(id, FIXES).map(({ finding: _, ...fix }) => fix),
  };
}

async function writeReviewPage(
  graph: Graph,
  about: ReviewOverview,
  open: readonly ReviewItem[],
  { memory, zone, panel: panelOf }: ReviewOptions,
): Promise<string | null> {
  const byCheck = Map.groupBy(open, ({ check }) => check);
  const groups = about.groups.map((group) => ({ ...group, items: byCheck.get(group.check)!.slice(0, ON_PAGE) }));
  const panel = panelOf?.();
  const chart = await keepChart(graph, about);
  const doc = reviewDoc({
    ...about,
    groups,
    zone,
    ...(panel === undefined ? {} : { panel }),
    ...(chart === undefined ? {} : { chart }),
  });
  return (await writePage(graph, memory, doc)).page;
}

/** The chart as a picture beside the pages, where the graph has files. Gives how the page names it. */
async function keepChart(graph: Graph, { days, at }: ReviewOverview): Promise<string | undefined> {
  if (!graph.keepAsset || days.length < 2) return undefined;
  const name = `stagebook-review-${new Date(at).toISOString().slice(0, 10)}.svg`;
  await graph.keepAsset(name, healthChart(days));
  return `../assets/${name}`;
}
