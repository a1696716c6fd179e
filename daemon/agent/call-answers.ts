import type { ToolResultPart } from 'ai';
import { fail, toFailure } from '../../shared/failure.ts';
import type { Json, JsonObject } from '../../shared/json.ts';
import type { AgentTurn } from '../../shared/run/event.ts';
import { NeedsPerson, type ActionContext } from '../actions/action.ts';
import type { AgentAnswer } from '../actions/agent-run.ts';
import { changes, shownTo, type AgentTool } from './toolbox.ts';

const HAPPENED = 'It happened';
const DID_NOT = 'It did not happen: do it now';
const STOP = 'Stop here';
const ELSEWHERE =
  'you have read what comes from elsewhere in this step. Nothing is changed after that before a person has signed: say in your answer what should be changed, so that a step behind a gate can do it';

/** What answering the calls of a model needs besides its step. */
export interface CallMeans {
  tools: ReadonlyMap<string, AgentTool>;
  /** Why tools that change something are closed before the first turn; undefined when they are open. */
  tainted: string | undefined;
  /** Records that the model was refused a tool, and gives what it is told. */
  refuse(tool: AgentTool, why: string): Promise<string>;
  redact<T>(value: T): T;
}

type CallResult = Awaited<ReturnType<AgentTool['call']>>;

/** Does what the model of one conversation calls, one call after the other, each under an id that stays over a restart. */
export class CallAnswers {
  /** What was called until now. */
  readonly calls: AgentAnswer['calls'] = [];
  readonly #context: ActionContext;
  readonly #means: CallMeans;
  readonly #signal: AbortSignal;
  #tainted: string | undefined;
  /** What a person said of the one call that nobody knows the end of. */
  #said: Json | undefined;

  constructor(context: ActionContext, means: CallMeans, signal: AbortSignal) {
    this.#context = context;
    this.#means = means;
    this.#signal = signal;
    this.#tainted = means.tainted;
    this.#said = context.answer;
  }

  /** Whether tools that change something are closed by now. */
  get isTainted(): boolean {
    return this.#tainted !== undefined;
  }

  /** Calls what a turn asks for. Throws `effect.unknown`'s question as `NeedsPerson`, and `agent.stopped`. */
  async to(turn: AgentTurn): Promise<ToolResultPart[]> {
    const content: ToolResultPart[] = [];
    for (const [index, { id, name, input }] of turn.calls.entries()) {
      this.#signal.throwIfAborted();
      const tool = this.#means.tools.get(name);
      const result = tool
        ? await this.#answer(tool, input as JsonObject, `${this.#context.key}:${turn.turn}:${index}`)
        : { isError: true, value: `There is no tool ${name} any more.` };
      const title = tool?.title ?? name;
      this.calls.push({ tool: title, ok: !result.isError });
      this.#context.log(`${title}: ${result.isError ? `failed: ${String(result.value).slice(0, 200)}` : 'answered'}`);
      const output = result.isError
        ? ({ type: 'error-text', value: String(result.value) } as const)
        : ({ type: 'json', value: this.#means.redact(tool ? shownTo(tool, result.value) : result.value) } as const);
      content.push({ type: 'tool-result', toolCallId: id, toolName: name, output });
    }
    return content;
  }

  async #answer(tool: AgentTool, input: JsonObject, call: string): Promise<CallResult> {
    if (this.isTainted && changes(tool)) {
      return { isError: true, value: await this.#means.refuse(tool, `${tool.title} is closed: ${this.#tainted}.`) };
    }
    try {
      const result = await tool.call(input, call, this.#signal);
      if (tool.taints) this.#tainted ??= ELSEWHERE;
      return result;
    } catch (error) {
      this.#signal.throwIfAborted();
      const failure = toFailure(error);
      if (failure.code === 'run.not_active') throw error;
      if (failure.code !== 'effect.unknown' && !(failure.unanswered && changes(tool))) {
        return { isError: true, value: failure.message };
      }
      return this.#settle(tool, input, call, failure.message);
    }
  }

  /** A person says what became of a write that was never answered: of one in a step. */
  async #settle(tool: AgentTool, input: JsonObject, call: string, why: string): Promise<CallResult> {
    const said = this.#said;
    this.#said = STOP;
    if (said === undefined) {
      const question = `Did ${tool.title} happen? ${why}`;
      throw new NeedsPerson({ question, options: [HAPPENED, DID_NOT, STOP], from: 'person' });
    }
    if (said === HAPPENED) {
      return { isError: false, value: 'A person looked: it took effect. What it answered is not known.' };
    }
    if (said === DID_NOT) return tool.call(input, `${call}:again`, this.#signal);
    throw fail('invalid', 'agent.stopped', `${why} The step was stopped there.`);
  }
}
