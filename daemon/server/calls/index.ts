import type { z } from 'zod';
import { fail, toFailure } from '../../../shared/failure.ts';
import type { Json, JsonObject } from '../../../shared/json.ts';
import { CALLS, type CallName } from '../../../shared/protocol/calls.ts';
import type { Answer } from '../connection.ts';
import { correctionDesk } from '../corrections.ts';
import type { Office } from '../office.ts';
import type { Caller, Calls } from './call.ts';
import { decisionCalls } from './decisions.ts';
import { definitionCalls } from './definitions.ts';
import { graphCalls } from './graphs.ts';
import { pageCalls } from './pages.ts';
import { peopleCalls } from './people.ts';
import { proposalCalls } from './proposals.ts';
import { reviewCalls } from './review.ts';
import { runCalls } from './runs.ts';
import { serverCalls } from './servers.ts';
import { statusCalls } from './status.ts';
import { suggestCalls } from './suggest.ts';

/** Every call that the daemon answers. */
function callsOf(office: Office): Calls<CallName> {
  const corrections = correctionDesk(office);
  return {
    ...statusCalls(office),
    ...runCalls(office),
    ...serverCalls(office),
    ...pageCalls(office),
    ...definitionCalls(office),
    ...proposalCalls(office),
    ...graphCalls(office),
    ...decisionCalls(office, corrections),
    ...peopleCalls(office),
    ...reviewCalls(office),
    ...suggestCalls(corrections),
  };
}

/** Answers calls: refuses what the caller has no right to and what does not fit, before anything else looks at it. */
export function createAnswer(office: Office): Answer {
  const calls = callsOf(office);
  return async (call, given, peer, connection): Promise<Json> => {
    try {
      return await answer(call, given, peer, connection);
    } catch (error) {
      office.attempts.note(call, given, peer, toFailure(error));
      throw error;
    }
  };

  async function answer(...[call, given, peer, connection]: Parameters<Answer>): Promise<Json> {
    const { right, with: schema } = CALLS[call];
    if (right === 'sign' && peer.right !== 'sign') {
      throw fail(
        'denied',
        'call.right',
        `A plugin may read and propose. “${call}” takes a person at a device of theirs: propose it, and the panel asks.`,
      );
    }
    const parameters = fitting(schema, given, call);
    const handler = calls[call] as (parameters: unknown, caller: Caller) => unknown;
    return (await handler(parameters, { peer, connection })) as Json;
  }
}

function fitting(schema: z.ZodType, given: JsonObject, call: CallName): unknown {
  const parsed = attempt(() => schema.safeParse(given));
  if (parsed?.success) return parsed.data;
  const issue = parsed?.error.issues[0];
  const why = issue ? `${issue.path.join('.')}: ${issue.message}` : 'it is nested too deep';
  throw fail('invalid', 'call.parameters', `${call} cannot be called so: ${why}.`);
}

/** Undefined where the stack was not deep enough for what somebody nested. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
