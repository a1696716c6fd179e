import { toFailure, type Failure } from '../../shared/failure.ts';
import type { Json, JsonObject } from '../../shared/json.ts';
import type { NewEvent } from '../../shared/run/event.ts';
import type { Definition, NodeKey } from '../../shared/workflow/definition.ts';
import { Stopped } from './durable.ts';
import { execute, type RunContext } from './execute.ts';
import type { JournaledRun } from './journaled.ts';
import { NodeScope } from './scope.ts';
import { takeSlot } from './slots.ts';

/** How a run can end. */
export type RunEnd = NewEvent<'run.completed' | 'run.failed' | 'run.cancelled'>;

/** Runs a definition from its slot to its end. Gives the event of the end; never rejects. */
export async function interpret(
  { header, body }: Definition,
  context: RunContext,
  durable: JournaledRun,
  signal: AbortSignal,
): Promise<RunEnd> {
  const scope = new NodeScope();
  try {
    await takeSlot(durable, header, context, scope, signal);
    const last = await execute(body, context, scope, signal);
    const output = header.settings.output === undefined ? last : context.resolve(header.settings.output, scope);
    return { type: 'run.completed', node: '', payload: { output } };
  } catch (error) {
    if (error instanceof Stopped) return { type: 'run.cancelled', node: '', payload: { failure: CANCELLED } };
    const failure = toFailure(error);
    return { type: durable.cancelling ? 'run.cancelled' : 'run.failed', node: '', payload: { failure } };
  }
}

/** What a called run's end tells the node that called it. */
export function endOfChild(node: NodeKey, end: RunEnd): NewEvent {
  const value: JsonObject =
    end.type === 'run.completed'
      ? { ok: true, output: end.payload.output }
      : { ok: false, failure: { ...end.payload.failure } as unknown as Json };
  return { type: 'signal.received', node, payload: { name: 'child', value } };
}

const CANCELLED: Failure = {
  code: 'run.cancelled',
  message: 'The run was cancelled. Resume it to go on where it stopped.',
  retryable: false,
};
