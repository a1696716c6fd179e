import type { Json } from '../../shared/json.ts';

/** A page, or a part to add to one, that a graph is owed. */
export interface Owed {
  graph: string;
  /** As Stagebook calls it, whatever a person renamed it to. */
  page: string;
  /** Empty for the whole page; else the key of an addition to it. */
  part: string;
  kind: string;
  run: string;
  data: Json;
  /** How far into the run's events the page is owed; it is owed while it was not written as far. */
  pos: number;
  /** How often it could not be written since it last could. */
  attempts: number;
}

/** What identifies an entry. */
export type OwedId = Pick<Owed, 'graph' | 'page' | 'part'>;

/** The outbox's books. Durable when a call returns. */
export interface OutboxStore {
  /** Enters a page as owed now, in place of what was entered for the same page and part. */
  put(owed: Omit<Owed, 'attempts'>): void;
  get(id: OwedId): Owed | undefined;
  /** The whole pages of a run, owed or not. */
  ofRun(run: string): Owed[];
  /** Raises how far the whole pages of runs are owed, and notes up to which event everything has been entered. */
  raise(runs: ReadonlyMap<string, number>, seen: number): void;
  /** The position up to which events have been entered; 0 at first. */
  seen(): number;
  /** What is owed and to be tried at `now`, the longest waiting first. */
  due(now: number): Owed[];
  /** When the next of what is owed is to be tried. */
  nextDue(): number | undefined;
  written(id: OwedId, pos: number): void;
  failed(id: OwedId, nextAt: number, problem: string): void;
  /** Makes everything that a graph is owed due at once: it is there again. */
  wake(graph: string): void;
  drop(id: OwedId): void;
  /** What is owed and could not be written, with what was said about it. */
  problems(): (OwedId & { attempts: number; problem: string })[];
}

/** A store that lasts as long as the process. */
export function createOutboxStore(): OutboxStore {
  const rows = new Map<string, Owed & { done: number; nextAt: number; problem: string }>();
  let seenUpTo = 0;
  const keyOf = ({ graph, page, part }: OwedId): string => JSON.stringify([graph, page, part]);
  const open = () => [...rows.values()].filter((row) => row.done < row.pos);
  const tell = ({
    done: _done,
    nextAt: _nextAt,
    problem: _problem,
    ...owed
  }: Owed & { done: number; nextAt: number; problem: string }): Owed => owed;
  return {
    put: (owed) => void rows.set(keyOf(owed), { ...owed, attempts: 0, done: -1, nextAt: 0, problem: '' }),
    get(id) {
      const row = rows.get(keyOf(id));
      return row && tell(row);
    },
    ofRun: (run) => [...rows.values()].filter((row) => row.run === run && row.part === '').map(tell),
    raise(runs, seen) {
      for (const row of rows.values()) {
        if (row.part === '') row.pos = Math.max(row.pos, runs.get(row.run) ?? 0);
      }
      seenUpTo = Math.max(seenUpTo, seen);
    },
    seen: () => seenUpTo,
    due: (now) =>
      open()
        .filter((row) => row.nextAt <= now)
        .map(tell),
    nextDue: () =>
      open().reduce<number | undefined>((least, { nextAt }) => Math.min(least ?? nextAt, nextAt), undefined),
    written(id, pos) {
      const row = rows.get(keyOf(id));
      if (row) Object.assign(row, { done: Math.max(row.done, pos), attempts: 0, nextAt: 0, problem: '' });
    },
    failed(id, nextAt, problem) {
      const row = rows.get(keyOf(id));
      if (row) Object.assign(row, { attempts: row.attempts + 1, nextAt, problem });
    },
    wake(graph) {
      for (const row of rows.values()) if (row.graph === graph) row.nextAt = 0;
    },
    drop: (id) => void rows.delete(keyOf(id)),
    problems: () =>
      open()
        .filter((row) => row.problem !== '')
        .map(({ graph, page, part, attempts, problem }) => ({ graph, page, part, attempts, problem })),
  };
}
