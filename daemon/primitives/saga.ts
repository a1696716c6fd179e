import { z } from 'zod';
import { StagebookError, toFailure, type Failure } from '../../shared/failure.ts';
import { definePrimitive, lastOutput, type Execution, type Undo } from './primitive.ts';

/** Its parts in order; on failure or cancel the undos of finished steps run in reverse of how they ended. */
export const saga = definePrimitive({
  role: 'saga',
  summary: 'Its parts in order. When one fails, the undos of the finished ones are done, the last first.',
  work: true,
  settings: z.strictObject({ id: z.string().optional() }),
  body: { kind: 'work', min: 1 },
  siblings: 'in-order',
  after: () => 'all',
  output: lastOutput,
  mayWaitInside: true,
  async run(x) {
    const { inside, undos } = x.collectingUndos();
    try {
      const output = await inside.body(x.node.children);
      // What is finished here is part of what a saga around this one takes back.
      x.handOn(undos);
      return output;
    } catch (error) {
      // Nobody knows what stands yet: taking the rest back could take back half of it.
      if (toFailure(error).code === 'effect.unknown') throw error;
      const broken = await undoAll(x, undos);
      if (broken.length === 0) throw error;
      throw incomplete(toFailure(error), broken);
    }
  },
});

/** All undos run even if one fails. They are not stopped by what stopped the saga. */
async function undoAll(x: Execution, undos: readonly Undo[]): Promise<{ step: string; failure: Failure }[]> {
  const broken: { step: string; failure: Failure }[] = [];
  const order = (undo: Undo): number => x.durable.completion(undo.step) ?? 0;
  for (const undo of undos.toSorted((a, b) => order(b) - order(a))) {
    try {
      await undo.run(new AbortController().signal);
    } catch (error) {
      broken.push({ step: undo.step, failure: toFailure(error) });
    }
  }
  return broken;
}

function incomplete(cause: Failure, broken: { step: string; failure: Failure }[]): StagebookError {
  const list = broken.map(({ step, failure }) => `${step}: ${failure.message}`).join('; ');
  return new StagebookError({
    code: 'saga.incomplete',
    message: `${cause.message} After that not everything could be taken back (${list}). Set these right by hand, then resume or close the run.`,
    retryable: false,
    cause,
    data: broken.map(({ step, failure }) => ({ step, code: failure.code, message: failure.message })),
  });
}
