import type { Json } from '../../../shared/json.ts';
import type { NewEvent, RunEvent } from '../../../shared/run/event.ts';
import type { NodeKey } from '../../../shared/workflow/definition.ts';
import type { Clock } from '../../clock.ts';
import { Stopped, type ChildRequest } from '../durable.ts';
import type { RunEnd } from '../interpret.ts';
import type { CellUpdate, Host } from '../host.ts';
import { decision, JournaledRun } from '../journaled.ts';
import { isGoingOn } from '../resume.ts';
import type { Start } from './messages.ts';
import type { Stretch, Working } from './stretch.ts';
import type { WorkMeans } from './worker.ts';

/** What the work on one run is made of. */
export interface WorkOptions {
  stretch: Stretch;
  means: WorkMeans;
  clock: Clock;
  /** Makes the start of a run that a node of this one calls. */
  child(parent: { run: string; node: NodeKey }, request: ChildRequest): Start;
  /** Interprets the run until its end. */
  interpret(durable: JournaledRun, signal: AbortSignal): Promise<Outcome>;
}

/** How work on a run ends: with the run, or because its definition cannot run on this worker. */
export type Outcome = RunEnd | NewEvent<'run.suspended'>;

/** Works on a run: the same replay as in the embedded engine, committing to the stretch. */
export function workOn(options: WorkOptions): Working & { durable: JournaledRun } {
  const { stretch, means, clock } = options;
  const { run } = stretch;
  const control = new AbortController();
  const host: Host = {
    idle: () => stretch.idle(),
    // The log sees to it when the timer is on record.
    wakeAt: () => undefined,
    async startChild(parent, request) {
      const begin = options.child(parent, request);
      // Stays over a resume, which goes on with that run.
      const began: NewEvent = {
        type: 'decision.made',
        node: parent.node,
        payload: { name: 'child', value: begin.run },
      };
      await stretch.commit({ events: [began], begin });
      return begin.run;
    },
    async continueChild(parent, child) {
      if (isOwedGoingOn(stretch.events, parent.node)) {
        await stretch.commit({ events: [decision(parent.node, GOES_ON, child)], goOn: { child, caller: parent } });
      }
      return true;
    },
    updateCell<R extends Json>(_run: string, update: CellUpdate<R>): Promise<R> {
      const { node, as } = update;
      const op = [run, node, as, timesResumed(stretch.events)].join('\n');
      return stretch.asking(async () => {
        const result = await means.cells.change(op, update);
        await stretch.append(run, [decision(node, as, result)]);
        return result;
      });
    },
    cancelChild: (child) => void stretch.commit({ events: [], cancel: child }),
    acts: stretch.acts,
    settled: (name) => stretch.settled(name),
    holds: () => stretch.holds(),
    interrupted: (_run, error) => stretch.fail(error),
  };
  const durable = new JournaledRun(run, stretch.events, stretch, clock, host);
  if (durable.cancelling) control.abort(new Stopped('cancelled'));
  options.interpret(durable, control.signal).then(
    (end) => void stretch.commit({ events: [end], ended: true }),
    (error: unknown) => stretch.fail(error),
  );
  return {
    durable,
    deliver(event) {
      durable.deliver(event);
      if (event.type === 'run.cancelling') control.abort(new Stopped('cancelled'));
    },
    look: () => durable.look(),
    letGo: () => durable.release(),
    release() {
      durable.release();
      // Whatever acts is told to end; nothing that it still does is recorded.
      control.abort(new Stopped('cancelled'));
    },
  };
}

/** That a called run was told to go on: once for each resume of its caller. */
const GOES_ON = 'child-goes-on';

/**
 * Whether what a node called has to be told of the last resume. A run that only comes back, after a wait or elsewhere, tells
 * nothing: the end of what it called may be on its way.
 */
function isOwedGoingOn(events: readonly RunEvent[], node: NodeKey): boolean {
  const resumed = events.findLastIndex(isGoingOn);
  const told = events.findLastIndex(
    (event) =>
      event.type === 'decision.made' &&
      event.node === node &&
      (event.payload.name === 'child' || event.payload.name === GOES_ON),
  );
  return told < resumed;
}

/** What a resume has made forgotten is decided anew, and counts as another change. */
function timesResumed(events: readonly RunEvent[]): number {
  return events.filter(isGoingOn).length;
}
