import { fail } from '../../shared/failure.ts';
import type { RunEvent } from '../../shared/run/event.ts';
import { apply, fold } from '../../shared/run/fold/fold.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { EngineClient } from '../server/client.ts';
import { jsonReporter, lineReporter, liveReporter, type Reporter } from './progress/reporters.ts';
import type { Terminal } from './terminal.ts';
import type { OpenRequest } from '../../shared/run/summary.ts';

export interface FollowOptions {
  terminal: Terminal;
  /** Events as JSON lines instead of text. */
  json?: boolean;
  /**
   * Asks the person at the terminal about something that is open; whether it was decided. `signal` is raised when it was
   * decided elsewhere in the meantime. Left out: nobody is asked.
   */
  decide?(request: OpenRequest, signal: AbortSignal): Promise<boolean>;
  /** Stays while the run waits for people, who can answer from elsewhere. */
  wait?: boolean;
  /** Ends following, not the run. */
  signal?: AbortSignal;
}

/**
 * Shows a run until it has ended, or waits for a person whom nobody here can be. Resolves with the run as it stands then,
 * also when `signal` was raised.
 */
export async function followRun(client: EngineClient, run: string, options: FollowOptions): Promise<RunState> {
  const { terminal } = options;
  const past = await client.events(run);
  let state = fold(past);
  if (!state)
    throw fail('not-found', 'run.not_found', `There is no run ${run}. stagebook list shows the runs there are.`);
  const definition = await client.definition(run);
  const reporter: Reporter = options.json
    ? jsonReporter(terminal)
    : terminal.out.isTTY && terminal.interactive
      ? liveReporter(terminal, definition, state)
      : lineReporter(terminal, definition);
  reporter.events(past, state);
  let asking: { request: OpenRequest; control: AbortController } | undefined;
  const take = (all: readonly RunEvent[]): void => {
    const events = all.filter((event) => event.run === run && event.pos > state!.pos);
    if (events.length === 0) return;
    for (const event of events) state = apply(state, event);
    reporter.events(events, state!);
    if (asking && !state!.waiting.has(asking.request.node)) asking.control.abort();
  };
  const unsubscribe = client.subscribe({
    events: take,
    output(line) {
      if (line.run === run) reporter.output(line);
    },
  });
  // Nothing else may keep the process alive while the run waits for a time.
  const alive = setInterval(() => {}, 60_000);
  const stopped = new Promise<undefined>((resolve) => {
    if (options.signal?.aborted) resolve(undefined);
    options.signal?.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  try {
    // What was committed between the first look and the subscription.
    take(await client.events(run, state.pos));
    for (;;) {
      const settled = await Promise.race([client.settled(run), stopped]);
      if (!settled || (settled.status !== 'waiting' && settled.status !== 'running')) break;
      if (await decideAll()) continue;
      if (!options.wait) break;
      if (!(await Promise.race([changed(client, run), stopped]))) break;
    }
    const last = options.signal?.aborted ? state : await client.state(run);
    reporter.end(last);
    return last;
  } finally {
    clearInterval(alive);
    unsubscribe();
    reporter.close();
  }

  /** Whether anything was decided, here or elsewhere. */
  async function decideAll(): Promise<boolean> {
    if (!options.decide) return false;
    let decided = false;
    for (const request of await client.requests(run)) {
      const control = new AbortController();
      asking = { request, control };
      reporter.pause();
      try {
        decided = (await options.decide(request, control.signal)) || control.signal.aborted || decided;
      } finally {
        asking = undefined;
        reporter.resume();
      }
    }
    return decided;
  }
}

/** Resolves with true at the next event of a run. */
function changed(client: EngineClient, run: string): Promise<true> {
  return new Promise((resolve) => {
    const unsubscribe = client.subscribe({
      events(events) {
        if (!events.some((event) => event.run === run)) return;
        unsubscribe();
        resolve(true);
      },
    });
  });
}
