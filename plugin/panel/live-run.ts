import type { OutputLine } from '../../shared/protocol/frames.ts';
import type { RunEvent } from '../../shared/run/event.ts';
import { apply } from '../../shared/run/fold/fold.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { Definition } from '../../shared/workflow/definition.ts';

/** Output lines of a step that are kept while it is shown. */
const LINES = 400;

/** One run as far as it was heard of: every event counts once, in order. */
export interface LiveRun {
  readonly run: string;
  readonly events: readonly RunEvent[];
  readonly state: RunState | undefined;
  /** The last lines that a step put out while this was open, by its key. */
  readonly lines: ReadonlyMap<string, readonly OutputLine[]>;
  /** Takes events that came, in any order; true when something is missing and has to be asked for. */
  take(events: readonly RunEvent[]): boolean;
  output(line: OutputLine): void;
}

export function makeLiveRun(run: string): LiveRun {
  const events: RunEvent[] = [];
  const held = new Map<number, RunEvent>();
  const lines = new Map<string, OutputLine[]>();
  let state: RunState | undefined;
  return {
    run,
    events,
    lines,
    get state() {
      return state;
    },
    take(came) {
      for (const event of came) if (event.run === run && event.seq > events.length) held.set(event.seq, event);
      for (let next = held.get(events.length + 1); next; next = held.get(events.length + 1)) {
        held.delete(next.seq);
        events.push(next);
        state = apply(state, next);
      }
      return held.size > 0;
    },
    output(line) {
      if (line.run !== run) return;
      const kept = lines.get(line.node) ?? [];
      kept.push(line);
      if (kept.length > LINES) kept.splice(0, kept.length - LINES);
      lines.set(line.node, kept);
    },
  };
}

/** What a run's page is drawn from. */
export interface RunView {
  run: string;
  state: RunState;
  definition: Definition;
  hash: string;
  events: readonly RunEvent[];
}
