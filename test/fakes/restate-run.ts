import { setImmediate as turn } from 'node:timers/promises';
import { openWorker, type Worker, type WorkerOptions } from '../../daemon/engine/restate/worker.ts';
import { ingressAt, type Ingress } from '../../daemon/engine/restate/ingress.ts';
import type { Start, Tell, Timer } from '../../daemon/engine/restate/messages.ts';
import { serviceNames } from '../../daemon/engine/restate/names.ts';
import { workOn } from '../../daemon/engine/restate/working.ts';
import type { JournaledRun } from '../../daemon/engine/journaled.ts';
import { SimulatedClock } from '../../daemon/scenarios/simulated-clock.ts';
import type { NewEvent } from '../../shared/run/event.ts';
import type { DurableBench } from '../suites/durable.ts';
import { runStarted } from './run-started.ts';

const TOKEN = 'a token that hub and workers share';
const RUN = 'the-run';
const NEVER = new Promise<never>(() => undefined);
let hubs = 0;

interface Place {
  restate: { ingress: string; admin: string };
  hub: string;
  clock: SimulatedClock;
  port: number;
}

/** A run as a hub would begin it; of a definition that matters to nobody unless one is given. */
export function startOf(hub: string, run: string, at: number, definition = 'hash', body = '{}'): Start {
  const row = { run, number: 1, definition, title: 'a run', dryRun: false, memory: run, at };
  return { hub, run, row, body, events: [runStarted({ definition, memory: run })], at };
}

/** One run of the port on a real Restate, with nothing that interprets: the suite does that. */
export async function createRestateBench(restate: Place['restate']): Promise<DurableBench> {
  const clock = new SimulatedClock();
  const place: Place = { restate, hub: `bench${(hubs += 1)}x${process.pid}`, clock, port: 0 };
  return openBench(place, async (ingress, inbox) => {
    await ingress.call({ service: inbox, key: RUN, method: 'start' }, startOf(place.hub, RUN, clock.now()));
  });
}

async function openBench(
  place: Place,
  begin: (ingress: Ingress, inbox: string) => Promise<void>,
): Promise<DurableBench> {
  const { restate, hub, clock } = place;
  const { inbox } = serviceNames(hub);
  const control = new AbortController();
  const ingress = ingressAt([restate.ingress], TOKEN, control.signal);
  const tell = (message: Partial<Tell>): Promise<unknown> => {
    const told: Tell = { hub, run: RUN, events: [], at: clock.now(), ...message };
    return ingress.call({ service: inbox, key: RUN, method: 'tell' }, told);
  };
  let fired: Promise<unknown> = Promise.resolve();
  const ring = (timer: Timer): void => {
    // An alarm of a bench that is gone rings for nobody.
    if (!control.signal.aborted) fired = fired.then(() => tell({ timer })).catch(() => undefined);
  };
  let working: (value: { durable: JournaledRun }) => void;
  const works = new Promise<{ durable: JournaledRun }>((resolve) => (working = resolve));
  const options: WorkerOptions = {
    hub,
    token: TOKEN,
    restate: { ingress: [restate.ingress], admin: [restate.admin] },
    port: place.port,
    settleMs: 0,
    clock,
    begin(_log, stretch, means) {
      const never = (): never => {
        throw new Error('the suite starts no child');
      };
      // The suite itself is what works, so the run is never idle.
      stretch.idle = () => undefined;
      const work = workOn({ stretch, means, clock, child: never, interpret: () => NEVER });
      working(work);
      return work;
    },
    report: () => Promise.resolve(),
    alarm: (_run, timer, at) => void clock.at(at, () => ring(timer)),
  };
  const worker: Worker = await openWorker(options);
  if (place.port === 0) await worker.register();
  const port = Number(new URL(worker.uri).port);
  await begin(ingress, inbox);
  const { durable } = await works;
  const settle = async (): Promise<void> => {
    await fired;
    for (let still = 0; still < 20; still += 1) {
      await turn();
      if (worker.stretches().some((stretch) => !stretch.quiet)) still = 0;
    }
  };
  const rung = async (): Promise<void> => {
    await settle();
    const wanted = (): boolean => worker.stretches().every(({ events }) => noneIsDue(events, clock.now()));
    for (const limit = Date.now() + 10_000; !wanted() && Date.now() < limit;) await turn();
    await settle();
  };
  return {
    durable,
    now: () => clock.now(),
    async advance(ms) {
      await settle();
      const to = clock.now() + ms;
      for (let next = clock.next(); next !== undefined && next <= to; next = clock.next()) {
        clock.advanceTo(next);
        await rung();
      }
      clock.advanceTo(to);
      await rung();
    },
    async answer(node, answer) {
      await tell({
        events: [{ type: 'ask.answered', node, payload: { answer, by: { kind: 'person', name: 'Ada' } } }],
      });
    },
    async restart() {
      await settle();
      await worker.close();
      control.abort();
      return openBench({ ...place, port }, () => Promise.resolve());
    },
    remove() {
      control.abort();
      void worker.close();
    },
  };
}

function noneIsDue(events: readonly NewEvent[], now: number): boolean {
  const due = new Set<string>();
  for (const event of events) {
    if (event.type === 'timer.set' && event.payload.at <= now) due.add(`${event.node} ${event.payload.name}`);
    if (event.type === 'timer.fired') due.delete(`${event.node} ${event.payload.name}`);
  }
  return due.size === 0;
}
