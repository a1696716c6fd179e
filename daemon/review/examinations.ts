import { fail, StagebookError } from '../../shared/failure.ts';
import type { ReviewItem } from '../../shared/review.ts';
import type { Clock } from '../clock.ts';
import type { Graph } from '../graph/graph.ts';
import type { Examined, Finding, Fix } from './finding.ts';
import { byPage, countsOf, itemOf, stateOf } from './items.ts';
import type { Decision, ReviewStore } from './store.ts';

/** What examining graphs needs. */
export interface ExaminationMeans {
  store: ReviewStore;
  clock: Clock;
  graph(id: string): Promise<Graph>;
  /** Finds everything. Fast when little has changed since the last time. */
  examine(graph: Graph, id: string): Promise<Examined>;
  /** A finding's fix by the way on which the graph is reached now, where that is not the one by which it was found. */
  fixOf?(graph: Graph, finding: Finding): Promise<Fix | undefined>;
}

/** What reviews found, by graph: of each the newest, with what people decided about its findings. */
export class Examinations {
  readonly #means: ExaminationMeans;
  readonly #newest = new Map<string, Promise<Examined>>();

  constructor(means: ExaminationMeans) {
    this.#means = means;
  }

  /** Reviews, unless that was done at most `maxAge` milliseconds ago. One at a time for each graph. */
  examine(id: string, maxAge: number): Promise<Examined> {
    const known = this.#newest.get(id);
    const made = this.#examine(id, maxAge, known);
    this.#newest.set(id, made);
    made.catch(() => this.#newest.delete(id));
    return made;
  }

  async #examine(id: string, maxAge: number, known: Promise<Examined> | undefined): Promise<Examined> {
    const { clock, examine, graph } = this.#means;
    const before = await known?.catch(() => undefined);
    if (before && clock.now() - before.at <= maxAge) return before;
    const found = await examine(await graph(id), id);
    this.keepDay(id, found);
    return found;
  }

  /** What people have seen, however old, so that counts and pieces are of one review. */
  seen(id: string): Promise<Examined> {
    return this.#newest.get(id) ?? this.examine(id, Infinity);
  }

  /** Its findings as people see them now, what more depends on first. */
  sorted(id: string, { findings }: Examined): ReviewItem[] {
    const decisions = this.#decisions(id);
    const now = this.#means.clock.now();
    const ranked = findings.toSorted((one, other) => other.weight - one.weight || byPage(one, other));
    return ranked.map((finding) => itemOf(finding, decisions.get(finding.id), now));
  }

  /** Keeps how many are open, for the picture of the days. */
  keepDay(id: string, found: Examined): void {
    const decisions = this.#decisions(id);
    const open = found.findings.filter(({ id: finding }) => stateOf(decisions.get(finding), found.at) === 'open');
    const day = new Date(found.at).toISOString().slice(0, 10);
    this.#means.store.keepDay(id, { day, pages: found.pages, counts: countsOf(open) }, found.at);
  }

  /** A finding of what people have seen. Throws `review.gone`. */
  async find(id: string, finding: string): Promise<Finding> {
    const found = (await this.seen(id)).findings.find((each) => each.id === finding);
    if (found) return found;
    throw fail('not-found', 'review.gone', 'This is no longer found: it was mended, or changed. Review again.');
  }

  /** A finding's fix. Throws `review.gone`, `review.no_fix`, `review.changed`. */
  async fixOf(id: string, graph: Graph, finding: string): Promise<Fix> {
    const found = await this.find(id, finding);
    const { fixOf } = this.#means;
    const fix = fixOf ? await fixOf(graph, found) : found.fix;
    if (fix) return fix;
    if (found.fix) {
      throw fail(
        'conflict',
        'review.changed',
        `“${found.page}” changed since the review. It is reviewed again: look once more.`,
      );
    }
    throw fail('invalid', 'review.no_fix', 'There is no fix for this that a machine could make. It takes a person.');
  }

  /** Does what may throw `review.changed`: then the review is out of date, and made anew before anybody looks. */
  async whenChanged<T>(id: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof StagebookError && error.code === 'review.changed') {
        await this.examine(id, -1).catch(() => undefined);
      }
      throw error;
    }
  }

  #decisions(id: string): Map<string, Decision> {
    return new Map(this.#means.store.decisions(id).map((decision) => [decision.finding, decision]));
  }
}
