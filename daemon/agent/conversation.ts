import type { ModelMessage } from 'ai';
import { fail } from '../../shared/failure.ts';
import type { Json } from '../../shared/json.ts';
import type { AgentTurn } from '../../shared/run/event.ts';
import { parseDuration } from '../../shared/workflow/duration.ts';
import type { ActionContext } from '../actions/action.ts';
import type { AgentAnswer, AgentTask } from '../actions/agent-run.ts';
import { CallAnswers, type CallMeans } from './call-answers.ts';
import type { ChosenModel } from './models.ts';
import { BAD_CALLS, nextTurn } from './next-turn.ts';
import { taskText } from './prompt.ts';
import { requireLeft, roundCost, spend, type Spent } from './spending.ts';
import { structured } from './structured.ts';

/** What a conversation needs besides its task and its step. */
export interface ConversationMeans extends CallMeans {
  chosen: ChosenModel;
  instructions: string;
  /** The turns of earlier lives, and where new ones go. */
  turns: { earlier: readonly AgentTurn[]; add(turn: AgentTurn): Promise<void> };
}

/**
 * Has a model work on a task until it answers. What earlier lives of the run have on record is given again: no turn is paid
 * twice and no call is made twice. Throws `agent.*`, `effect.unknown`, and `NeedsPerson` for a call that nobody knows the end of.
 */
export async function converse(
  task: AgentTask,
  context: ActionContext,
  means: ConversationMeans,
): Promise<AgentAnswer> {
  const late = new AbortController();
  const limitMs = parseDuration(task.limit);
  const takeBack = context.clock.at(context.clock.now() + limitMs, () => late.abort());
  try {
    return await untilAnswered(task, context, means, AbortSignal.any([context.signal, late.signal]));
  } catch (error) {
    if (context.signal.aborted) throw context.signal.reason;
    if (!late.signal.aborted) throw error;
    throw fail(
      'timeout',
      'agent.timeout',
      `The model “${means.chosen.name}” was not done within ${task.limit}. Give it more time ("limit"), or less to do; a resume goes on where it was.`,
    );
  } finally {
    takeBack();
  }
}

async function untilAnswered(
  task: AgentTask,
  context: ActionContext,
  means: ConversationMeans,
  signal: AbortSignal,
): Promise<AgentAnswer> {
  const { chosen, turns } = means;
  const messages: ModelMessage[] = [{ role: 'user', content: means.redact(taskText(task)) }];
  const spent: Spent = { input: 0, output: 0, cost: 0 };
  const answers = new CallAnswers(context, means, signal);
  let repaired = false;

  /** Asks the model, and puts its turn on record before anything follows from it. */
  const next = async (number: number): Promise<AgentTurn> => {
    requireLeft(task, spent, number);
    const left = task.tokens - spent.input - spent.output;
    const turn = await nextTurn(number, { ...means, messages, onlyLooks: answers.isTainted, left }, context, signal);
    await turns.add(turn);
    context.log(`${chosen.name}, turn ${number}: ${turn.tokens.input} tokens read, ${turn.tokens.output} written`);
    for (const line of turn.text.split('\n')) if (line.trim() !== '') context.log(line);
    return turn;
  };

  for (let number = 1; ; number += 1) {
    const known = turns.earlier[number - 1];
    const turn = known ?? (await next(number));
    spend(spent, turn);
    messages.push(...(turn.messages as unknown as ModelMessage[]));
    if (turn.calls.length > 0) messages.push({ role: 'tool', content: await answers.to(turn) });
    if (turn.calls.length > 0 || turn.finish === BAD_CALLS) continue;
    if (turn.finish === 'length') throw cut(chosen.name);
    const read = task.output ? structured(turn.text, task.output) : { data: null };
    if ('data' in read) return answerOf(turn, read.data, chosen, spent, answers);
    if (repaired) throw unreadable(chosen.name, read.trouble);
    // A turn of an earlier life may have been the repair: one more is asked for then, and no third.
    repaired = !known;
    messages.push({
      role: 'user',
      content: `That cannot be used: ${read.trouble}. Answer again, with nothing but the JSON.`,
    });
  }
}

function answerOf(
  { text, turn }: AgentTurn,
  data: Json,
  chosen: ChosenModel,
  spent: Spent,
  { calls, isTainted }: CallAnswers,
): AgentAnswer {
  return {
    text,
    data,
    by: 'model',
    model: chosen.name,
    turns: turn,
    tokens: { input: spent.input, output: spent.output },
    cost: chosen.price ? roundCost(spent.cost) : null,
    calls,
    tainted: isTainted,
  };
}

function cut(model: string): Error {
  return fail(
    'invalid',
    'agent.token_limit',
    `The answer of the model “${model}” was cut off in the middle. Give the step more "tokens", or ask for less.`,
  );
}

function unreadable(model: string, trouble: string): Error {
  return fail(
    'invalid',
    'agent.unreadable_answer',
    `The model “${model}” gave no answer by the schema, also when it was asked again: ${trouble}. Make the schema simpler, or use another model; a resume asks once more.`,
  );
}
