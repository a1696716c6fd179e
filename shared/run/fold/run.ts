import type { RunEvent } from '../event.ts';
import type { RunState, RunStatus } from '../state.ts';
import { forget } from './forget.ts';

type OfRun = Exclude<Extract<RunEvent, { type: `run.${string}` }>, { type: 'run.started' }>;

/** How a run stands as a whole: that it goes on, ends, or goes on under another definition. */
export function applyToRun(state: RunState, event: OfRun): void {
  switch (event.type) {
    case 'run.resumed':
    case 'run.reset':
      state.status = 'running';
      state.epoch = event.epoch;
      delete state.failure;
      delete state.endedAt;
      forget(state, event.payload.forget);
      return;
    case 'run.moved':
      move(state, event);
      return;
    case 'run.completed':
      end(state, 'completed', event.at);
      state.output = event.payload.output;
      return;
    case 'run.failed':
      end(state, 'failed', event.at);
      state.failure = event.payload.failure;
      return;
    case 'run.cancelling':
      state.status = 'cancelling';
      return;
    case 'run.cancelled':
      end(state, 'cancelled', event.at);
      state.failure = event.payload.failure;
      return;
    case 'run.suspended':
      state.status = 'suspended';
      state.failure = event.payload.failure;
      return;
  }
}

function end(state: RunState, status: RunStatus, at: number): void {
  state.status = status;
  state.endedAt = at;
  state.waiting.clear();
}

/** Goes on under another definition: at once where nobody is asked any more, else when those who are have answered. */
function move(state: RunState, { at, epoch, payload }: RunEvent<'run.moved'>): void {
  const { by, from, changes, gates } = payload;
  state.moved = { at, by, from, changes, gates };
  state.definition = payload.to;
  state.title = payload.title;
  state.inputs = payload.inputs;
  state.personas = payload.personas;
  state.epoch = epoch;
  delete state.failure;
  delete state.endedAt;
  // Who looked there at what came from elsewhere looked at it for another page.
  const signed = gates.some((gate) => (state.nodes.get(gate)?.gate?.signatures.length ?? 0) > 0);
  if (signed) delete state.signed;
  forget(state, payload.forget);
  state.status = state.waiting.size > 0 ? 'waiting' : 'running';
}
