import { z } from 'zod';
import { fail, toFailure } from '../../shared/failure.ts';
import { parseDuration } from '../../shared/workflow/duration.ts';
import { definePrimitive, duration, lastOutput, Stopped } from './primitive.ts';

interface Settings {
  name: string;
  failures: number;
  recovery: string;
  successes?: number | undefined;
}

/** What all runs share under a breaker's name. Times in milliseconds since the epoch. */
type State = {
  state: 'closed' | 'open' | 'half-open';
  failures: number;
  successes: number;
  openedAt: number;
  /** Since when the one probe is out; it counts as lost after another recovery time. */
  probeSince: number | null;
};

const CLOSED: State = { state: 'closed', failures: 0, successes: 0, openedAt: 0, probeSince: null };

/** Stops calling what keeps failing: closed → open → half-open with one probe at a time. Survives restarts. */
export const breaker = definePrimitive<Settings>({
  role: 'breaker',
  summary: 'Its part, unless it failed so often that it is left alone for a while.',
  work: true,
  settings: z.strictObject({
    id: z.string().optional(),
    name: z.string().min(1).meta({ description: 'All of one name are left alone together.' }),
    failures: z.int().min(1).meta({ description: 'So many in a row, and it is left alone.' }),
    recovery: duration.meta({ description: 'How long it is left alone before one try.' }),
    successes: z.int().min(1).optional().meta({ description: 'So many tries that succeed end it; else one.' }),
  }),
  literal: ['name'],
  body: { kind: 'work', min: 1, max: 1 },
  siblings: 'in-order',
  after: () => 'all',
  output: lastOutput,
  async run(x) {
    const cell = x.durable.cell<State>(`breaker:${x.settings.name}`);
    const admitted = await cell.update(x.key, 'admitted', (current) => {
      const admission = admit(current ?? CLOSED, x.settings, x.durable.now());
      // A dry run looks how it stands; what it does says nothing of the counterpart's health.
      return x.dryRun ? { value: current, result: admission.result } : admission;
    });
    if (!admitted) {
      throw fail(
        'unavailable',
        'breaker.open',
        `“${x.settings.name}” failed too often and is not called for now. It is tried again ${x.settings.recovery} after it opened.`,
      );
    }
    if (x.dryRun) return x.child(x.node.children[0]!);
    try {
      const output = await x.child(x.node.children[0]!);
      await cell.update(x.key, 'succeeded', (current) => ({
        value: succeed(current ?? CLOSED, x.settings),
        result: true,
      }));
      return output;
    } catch (error) {
      const change =
        error instanceof Stopped ? giveBack : countFailure(x.settings, x.durable.now(), toFailure(error).retryable);
      await cell.update(x.key, 'failed', (current) => ({ value: change(current ?? CLOSED), result: true }));
      throw error;
    }
  },
});

function admit(state: State, settings: Settings, now: number): { value: State; result: boolean } {
  const recovery = parseDuration(settings.recovery);
  if (state.state === 'closed') return { value: state, result: true };
  if (state.state === 'open' && now < state.openedAt + recovery) return { value: state, result: false };
  const probeOut = state.probeSince !== null && now < state.probeSince + recovery;
  if (probeOut) return { value: state, result: false };
  return { value: { ...state, state: 'half-open', probeSince: now }, result: true };
}

function succeed(state: State, settings: Settings): State {
  if (state.state === 'closed') return CLOSED;
  const successes = state.successes + 1;
  return successes >= (settings.successes ?? 1) ? CLOSED : { ...state, successes, probeSince: null };
}

/** Only what retrying could help says anything about the counterpart's health. */
function countFailure(settings: Settings, now: number, counts: boolean): (state: State) => State {
  return (state) => {
    if (!counts) return giveBack(state);
    const failures = state.failures + 1;
    if (state.state === 'closed' && failures < settings.failures) return { ...state, failures };
    return { state: 'open', failures, successes: 0, openedAt: now, probeSince: null };
  };
}

function giveBack(state: State): State {
  return { ...state, probeSince: null };
}
