import type { ModelMessage, ToolSet } from 'ai';
import { fail, toFailure } from '../../shared/failure.ts';
import type { Json, JsonObject } from '../../shared/json.ts';
import type { Actor, AgentTurn } from '../../shared/run/event.ts';
import { parseDuration } from '../../shared/workflow/duration.ts';
import { NeedsPerson, type ActionContext } from '../actions/action.ts';
import type { AgentAnswer, AgentTask } from '../actions/agent-run.ts';
import { modelFailure } from './failure.ts';
import type { ChosenModel } from './models.ts';
import { taskText } from './prompt.ts';
import { structured } from './structured.ts';
import { changes, shownTo, type AgentTool } from './toolbox.ts';

/** What a conversation needs besides its task and its step. */
export interface ConversationMeans {
  chosen: ChosenModel;
  instructions: string;
  tools: ReadonlyMap<string, AgentTool>;
  /** The turns of earlier lives, and where new ones go. */
  turns: { earlier: readonly AgentTurn[]; add(turn: AgentTurn): Promise<void> };
  by: Actor;
  /** Why tools that change something are closed before the first turn; undefined when they are open. */
  tainted: string | undefined;
  /** Records that the model was refused a tool, and gives what it is told. */
  refuse(tool: AgentTool, why: string): Promise<string>;
  redact<T>(value: T): T;
}

/** The most that a model may say in one turn, in tokens. */
const LONGEST_TURN = 16_000;
const BAD_CALLS = 'bad-calls';
const HAPPENED = 'It happened';
const DID_NOT = 'It did not happen: do it now';
const STOP = 'Stop here';
const ELSEWHERE =
  'you have read what comes from elsewhere in this step. Nothing is changed after that before a person has signed: say in your answer what should be changed, so that a step behind a gate can do it';

interface Spent {
  input: number;
  output: number;
  cost: number;
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
  const { chosen, tools } = means;
  const late = new AbortController();
  const limitMs = parseDuration(task.limit);
  const takeBack = context.clock.at(context.clock.now() + limitMs, () => late.abort());
  const signal = AbortSignal.any([context.signal, late.signal]);
  const messages: ModelMessage[] = [{ role: 'user', content: means.redact(taskText(task)) }];
  const spent: Spent = { input: 0, output: 0, cost: 0 };
  const calls: AgentAnswer['calls'] = [];
  let tainted = means.tainted;
  let unsettled = context.answer;
  let repaired = false;
  try {
    for (let number = 1; ; number += 1) {
      const known = means.turns.earlier[number - 1];
      if (!known) within(task, spent, number);
      const turn = known ?? (await next(number));
      spent.input += turn.tokens.input;
      spent.output += turn.tokens.output;
      spent.cost += turn.cost ?? 0;
      messages.push(...(turn.messages as unknown as ModelMessage[]));
      if (turn.calls.length > 0) messages.push({ role: 'tool', content: await answersTo(turn) });
      // Calls of tools that do not exist are answered by the library.
      if (turn.calls.length > 0 || turn.finish === BAD_CALLS) continue;
      if (turn.finish === 'length') throw cut(chosen.name);
      const read = task.output ? structured(turn.text, task.output) : { data: null };
      if ('data' in read) return answer(turn, read.data, number);
      if (repaired) throw unreadable(chosen.name, read.trouble);
      // A turn of an earlier life may have been the repair: one more is asked for then, and no third.
      repaired = !known;
      messages.push({
        role: 'user',
        content: `That cannot be used: ${read.trouble}. Answer again, with nothing but the JSON.`,
      });
    }
  } catch (error) {
    if (context.signal.aborted) throw context.signal.reason;
    if (late.signal.aborted) {
      throw fail(
        'timeout',
        'agent.timeout',
        `The model “${chosen.name}” was not done within ${task.limit}. Give it more time ("limit"), or less to do; a resume goes on where it was.`,
      );
    }
    throw error;
  } finally {
    takeBack();
  }

  /** Asks the model, and puts its turn on record before anything follows from it. */
  async function next(number: number): Promise<AgentTurn> {
    const { generateText, jsonSchema, tool } = await libraryOf();
    const set: ToolSet = {};
    for (const [name, { description, schema, ...own }] of tools) {
      if (tainted !== undefined && changes(own)) continue;
      set[name] = tool({ description, inputSchema: jsonSchema(schema) });
    }
    const left = task.tokens - spent.input - spent.output;
    const result = await generateText({
      model: chosen.model,
      instructions: means.instructions,
      messages,
      tools: set,
      maxRetries: 0,
      maxOutputTokens: Math.min(LONGEST_TURN, left),
      abortSignal: signal,
    }).catch((error: unknown) => {
      throw modelFailure(error, chosen);
    });
    const { usage } = result;
    const tokens = { input: usage.inputTokens ?? 0, output: usage.outputTokens ?? 0 };
    const turn: AgentTurn = means.redact({
      conversation: context.key,
      turn: number,
      model: chosen.name,
      text: result.text,
      calls: result.toolCalls
        .filter((call) => call.invalid !== true)
        .map((call) => ({ id: call.toolCallId, name: call.toolName, input: (call.input ?? {}) as Json })),
      messages: JSON.parse(JSON.stringify(result.responseMessages)) as Json[],
      finish: result.finishReason,
      tokens,
      ...(chosen.price ? { cost: priceOf(chosen.price, tokens) } : {}),
    });
    if (turn.calls.length === 0 && result.toolCalls.length > 0) turn.finish = BAD_CALLS;
    await means.turns.add(turn);
    context.log(`${chosen.name}, turn ${number}: ${tokens.input} tokens read, ${tokens.output} written`);
    for (const line of turn.text.split('\n')) if (line.trim() !== '') context.log(line);
    return turn;
  }

  async function answersTo(turn: AgentTurn) {
    const content = [];
    for (const [index, { id, name, input }] of turn.calls.entries()) {
      signal.throwIfAborted();
      const found = tools.get(name);
      const call = `${context.key}:${turn.turn}:${index}`;
      const result = found
        ? await answerOf(found, input as JsonObject, call)
        : { isError: true, value: `There is no tool ${name} any more.` as Json };
      calls.push({ tool: found?.title ?? name, ok: !result.isError });
      context.log(
        `${found?.title ?? name}: ${result.isError ? `failed: ${String(result.value).slice(0, 200)}` : 'answered'}`,
      );
      const output = result.isError
        ? ({ type: 'error-text', value: String(result.value) } as const)
        : ({ type: 'json', value: means.redact(found ? shownTo(found, result.value) : result.value) } as const);
      content.push({ type: 'tool-result' as const, toolCallId: id, toolName: name, output });
    }
    return content;
  }

  async function answerOf(
    tool: AgentTool,
    input: JsonObject,
    call: string,
  ): Promise<{ isError: boolean; value: Json }> {
    if (tainted !== undefined && changes(tool)) {
      return { isError: true, value: await means.refuse(tool, `${tool.title} is closed: ${tainted}.`) };
    }
    try {
      const result = await tool.call(input, call, signal);
      if (tool.taints) tainted ??= ELSEWHERE;
      return result;
    } catch (error) {
      signal.throwIfAborted();
      const failure = toFailure(error);
      if (failure.code === 'run.not_active') throw error;
      if (failure.code !== 'effect.unknown' && !(failure.unanswered && changes(tool))) {
        return { isError: true, value: failure.message };
      }
      return settle(tool, input, call, failure.message);
    }
  }

  /** A person says what became of a write that was never answered: of one in a step. */
  async function settle(
    tool: AgentTool,
    input: JsonObject,
    call: string,
    why: string,
  ): Promise<{ isError: boolean; value: Json }> {
    const said = unsettled;
    unsettled = STOP;
    if (said === undefined) {
      const question = `Did ${tool.title} happen? ${why}`;
      throw new NeedsPerson({ question, options: [HAPPENED, DID_NOT, STOP], from: 'person' });
    }
    if (said === HAPPENED)
      return { isError: false, value: 'A person looked: it took effect. What it answered is not known.' };
    if (said === DID_NOT) return tool.call(input, `${call}:again`, signal);
    throw fail('invalid', 'agent.stopped', `${why} The step was stopped there.`);
  }

  function answer({ text }: AgentTurn, data: Json, turns: number): AgentAnswer {
    return {
      text,
      data,
      by: 'model',
      model: chosen.name,
      turns,
      tokens: { input: spent.input, output: spent.output },
      cost: chosen.price ? round(spent.cost) : null,
      calls,
      tainted: tainted !== undefined,
    };
  }
}

async function libraryOf() {
  // It would write its own warnings among the daemon's output.
  (globalThis as { AI_SDK_LOG_WARNINGS?: boolean }).AI_SDK_LOG_WARNINGS = false;
  return import('ai');
}

/** Throws where another turn would be more than the step may have. */
function within({ steps, tokens, cost }: AgentTask, spent: Spent, number: number): void {
  const remedy = 'Raise it on the page and start again, or give the step less to do.';
  if (number > steps) {
    throw fail('invalid', 'agent.step_limit', `The model was not done after ${steps} turns ("steps"). ${remedy}`);
  }
  const sum = spent.input + spent.output;
  if (sum >= tokens) {
    throw fail('invalid', 'agent.token_limit', `The model has used ${sum} tokens of ${tokens} ("tokens"). ${remedy}`);
  }
  if (cost !== undefined && spent.cost >= cost) {
    throw fail('invalid', 'agent.cost_limit', `The model has cost ${round(spent.cost)} of ${cost} ("cost"). ${remedy}`);
  }
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

function priceOf(price: { input: number; output: number }, tokens: { input: number; output: number }): number {
  return round((price.input * tokens.input + price.output * tokens.output) / 1e6);
}

function round(cost: number): number {
  return Math.round(cost * 1e6) / 1e6;
}
