import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { StagebookError, toFailure } from '../../shared/failure.ts';
import type { Json } from '../../shared/json.ts';
import type { NewEvent, ToolCalled, ToolEnded } from '../../shared/run/event.ts';
import type { Journal } from '../journal/journal.ts';
import { tokenCounts } from './tokens.ts';

interface RecordMeans {
  /** Puts an event on record for the node to which the call belongs. */
  append(event: Omit<NewEvent, 'node'>): Promise<unknown>;
  redact<T>(value: T): T;
}

/**
 * Does a call with its record: that it is made, before it, unless that stands there already, and how it ended, after. Nothing secret
 * is kept, and the answer only where `keep` says so. Throws what `work` throws, redacted. A call whose end cannot be kept stands as
 * begun: one that changed something is unanswered then, for nobody may take it for failed and make it again.
 */
export async function onRecord(
  { append, redact }: RecordMeans,
  started: ToolCalled,
  work: () => Promise<CallToolResult>,
  { again = false, keep = false }: { again?: boolean; keep?: boolean },
): Promise<CallToolResult> {
  const { call, effect } = started;
  const changes = effect !== 'read' && effect !== 'repeatable';
  const { text } = await tokenCounts();
  const asked = text(JSON.stringify(started.with));
  const end = (how: Ended, tokens: number): Promise<unknown> =>
    append({ type: 'tool.ended', payload: { call, tokens, ...how } });
  if (!again) await append({ type: 'tool.called', payload: { ...started, with: redact(started.with) } });
  let answer: CallToolResult;
  try {
    answer = redact(await work());
  } catch (error) {
    const failure = redact(toFailure(error));
    const outcome = changes && failure.unanswered === true ? 'unknown' : 'failed';
    await end({ outcome, failure }, asked).catch(() => undefined);
    throw new StagebookError(failure, { cause: error });
  }
  try {
    const kept = keep ? { answer: answer as unknown as Json } : {};
    await end({ outcome: 'answered', ...kept }, asked + text(textOf(answer)));
  } catch (error) {
    throw new StagebookError({ ...toFailure(error), ...(changes && { unanswered: true }) }, { cause: error });
  }
  return answer;
}

/** An end without what all ends have. */
type Ended = ToolEnded extends infer E ? (E extends ToolEnded ? Omit<E, 'call' | 'tokens'> : never) : never;

/**
 * What is on record of a call from an earlier life of the run: the answer that it had, or only that it was begun. Throws the failure
 * with which it ended. Without a `call` it is a new one.
 */
export function earlierCall(
  journal: Pick<Journal, 'events'>,
  run: string,
  call: string | undefined,
): { begun: boolean; answer?: CallToolResult } {
  if (call === undefined) return { begun: false };
  let begun = false;
  let ended: ToolEnded | undefined;
  for (const event of journal.events(run)) {
    if (event.type === 'tool.called' && event.payload.call === call) [begun, ended] = [true, undefined];
    if (event.type === 'tool.ended' && event.payload.call === call && begun) ended = event.payload;
  }
  if (!ended) return { begun };
  if (ended.outcome !== 'answered') throw new StagebookError(ended.failure);
  return { begun, answer: (ended.answer ?? null) as unknown as CallToolResult };
}

/** What a model would read of an answer. */
function textOf({ content, structuredContent }: CallToolResult): string {
  const texts = content.map((part) => (part.type === 'text' ? part.text : JSON.stringify(part)));
  if (texts.length === 0 && structuredContent) return JSON.stringify(structuredContent);
  return texts.join('\n');
}
