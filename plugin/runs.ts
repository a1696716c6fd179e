import type { OutputLine } from '../shared/protocol/frames.ts';
import type { RunEvent } from '../shared/run/event.ts';
import { apply } from '../shared/run/fold/fold.ts';
import type { NodeState, RunState } from '../shared/run/state.ts';
import { pathOf, walk, type NodePath, type Settings } from '../shared/workflow/definition.ts';
import type { Connection } from './connection.ts';

/** What is known of one run. */
export interface KnownRun {
  state: RunState;
  executions(path: NodePath): readonly NodeState[];
  settings(path: NodePath): Settings;
  output(key: string): string | undefined;
}

export interface Runs {
  /** Undefined while it is being read. */
  get(run: string): KnownRun | undefined;
  /** Which runs are shown: their events are kept up with, the others' are forgotten. */
  follow(runs: ReadonlySet<string>): void;
  /** Nothing of what was known holds any more: reads everything again. */
  reset(): void;
}

/** What has changed in a run: paths of nodes, or everything. */
export type RunChange = { run: string; paths: ReadonlySet<NodePath> | 'all' };

const NONE: readonly NodeState[] = [];

/**
 * The runs that are shown, each the fold of its events. Every event counts exactly once: by its number in its run a double
 * is dropped and a gap is noticed, which is then filled by asking.
 */
export function makeRuns(connection: Connection, changed: (change: RunChange) => void): Runs {
  const followed = new Map<string, Followed>();

  function follow(wanted: ReadonlySet<string>): void {
    const same = wanted.size === followed.size && [...wanted].every((run) => followed.has(run));
    if (same) return;
    for (const run of followed.keys()) if (!wanted.has(run)) followed.delete(run);
    const added = [...wanted].filter((run) => !followed.has(run));
    for (const run of added) followed.set(run, new Followed(run));
    // First the events to come, then those that were: what is in both is known by its number.
    connection.subscribe([...wanted]);
    for (const run of added) void read(followed.get(run)!);
  }

  async function read(run: Followed): Promise<void> {
    if (run.reading) return;
    run.reading = true;
    const before = run.seq;
    try {
      for (let done = false; !done && followed.get(run.run) === run;) {
        const piece = await connection.call('run.events', { run: run.run, after: run.seq });
        for (const event of piece.events) run.take(event);
        done = piece.done || piece.events.length === 0;
      }
      if (run.settingsOf !== run.state?.definition) {
        run.settingsByPath = await settingsIn(run.run);
        run.settingsOf = run.state?.definition;
      }
    } catch {
      // Offline: reading begins again with the next connection.
      return;
    } finally {
      run.reading = false;
    }
    run.takeHeld();
    if (followed.get(run.run) === run) changed({ run: run.run, paths: 'all' });
    if (run.held.length === 0) return;
    // Asked, and still not there: it will not come.
    if (run.seq === before) run.held = [];
    else void read(run);
  }

  async function settingsIn(run: string): Promise<Map<NodePath, Settings>> {
    const { definition } = await connection.call('run.definition', { run });
    return new Map(walk(definition.body).map(({ node, path }) => [path, node.settings]));
  }

  connection.on({
    events(events) {
      const paths = new Map<string, Set<NodePath>>();
      for (const event of events) {
        const run = followed.get(event.run);
        if (!run) continue;
        if (run.reading || event.seq > run.seq + 1) {
          run.held.push(event);
          if (!run.reading) void read(run);
        } else if (run.take(event)) {
          const touched = paths.get(event.run) ?? new Set();
          touched.add(pathOf(event.node));
          paths.set(event.run, touched);
          if (event.type === 'run.moved') void read(run);
        }
      }
      for (const [run, touched] of paths) changed({ run, paths: touched });
    },
    output(line) {
      const run = followed.get(line.run);
      if (!run) return;
      run.say(line);
      changed({ run: line.run, paths: new Set([pathOf(line.node)]) });
    },
    status(status) {
      if (status.is !== 'online') return;
      // Events come by themselves from the last position; what was cut off while it was read does not.
      for (const run of followed.values()) void read(run);
    },
  });

  return {
    get(run) {
      const known = followed.get(run);
      return known?.settingsByPath && known.state ? (known as KnownRun) : undefined;
    },
    follow,
    reset() {
      const wanted = new Set(followed.keys());
      followed.clear();
      follow(wanted);
    },
  };
}

class Followed {
  readonly run: string;
  state: RunState | undefined;
  /** Of the last event that counts. */
  seq = 0;
  reading = false;
  /** Events that came before those in front of them. */
  held: RunEvent[] = [];
  settingsByPath: Map<NodePath, Settings> | undefined;
  /** The hash of the definition that they are of. */
  settingsOf: string | undefined;
  readonly #keys = new Map<NodePath, Set<string>>();
  readonly #output = new Map<string, string>();

  constructor(run: string) {
    this.run = run;
  }

  /** Counts the event if it is the next one. */
  take(event: RunEvent): boolean {
    if (event.seq !== this.seq + 1) return false;
    this.state = apply(this.state, event);
    this.seq = event.seq;
    if (event.node !== '') {
      const path = pathOf(event.node);
      const keys = this.#keys.get(path);
      if (keys) keys.add(event.node);
      else this.#keys.set(path, new Set([event.node]));
    }
    if (event.type === 'node.completed' || event.type === 'node.failed') this.#output.delete(event.node);
    return true;
  }

  takeHeld(): void {
    const held = this.held.sort((a, b) => a.seq - b.seq);
    this.held = [];
    for (const event of held) if (!this.take(event) && event.seq > this.seq) this.held.push(event);
  }

  say(line: OutputLine): void {
    this.#output.set(line.node, line.text);
  }

  executions(path: NodePath): readonly NodeState[] {
    const keys = this.#keys.get(path);
    if (!keys || !this.state) return NONE;
    return [...keys].flatMap((key) => this.state!.nodes.get(key) ?? []);
  }

  settings(path: NodePath): Settings {
    return this.settingsByPath?.get(path) ?? {};
  }

  output(key: string): string | undefined {
    return this.#output.get(key);
  }
}
