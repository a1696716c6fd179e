import { fail } from '../../shared/failure.ts';
import type { Json, JsonObject } from '../../shared/json.ts';
import type { AgentAnswer, AgentTask } from '../actions/agent-run.ts';
import { NeedsPerson, type ActionContext } from '../actions/action.ts';
import { structured } from './structured.ts';

/** What people are told beside the task: it was written for a model. */
const NO_MODEL = 'No model is configured in config.yaml, so a person is asked.';

/**
 * Has a person do the task where no model is configured, and gives what was answered. Nothing pretends to be a model. Throws
 * `NeedsPerson` until there is an answer, and `agent.unreadable_answer` for one that does not fit the schema.
 */
export function askPerson({ task, output: schema }: AgentTask, { answer }: Pick<ActionContext, 'answer'>): AgentAnswer {
  const form = schema && isForm(schema) ? schema : undefined;
  if (answer === undefined) {
    const shape = schema && !form ? ` Answer with JSON that fits ${JSON.stringify(schema)}.` : '';
    const question = `${task.trim()}${shape}`;
    throw new NeedsPerson({ question, because: NO_MODEL, ...(form ? { form } : {}), from: 'person' });
  }
  return {
    text: typeof answer === 'string' ? answer : JSON.stringify(answer),
    data: schema ? dataIn(answer, schema) : null,
    by: 'person',
    model: '',
    turns: 0,
    tokens: { input: 0, output: 0 },
    cost: null,
    calls: [],
    tainted: false,
  };
}

function dataIn(answer: Json, schema: JsonObject): Json {
  const read = structured(typeof answer === 'string' ? answer : JSON.stringify(answer), schema);
  if ('data' in read) return read.data;
  const why = `The answer cannot be used: ${read.trouble}. Resume the run, and it is asked again.`;
  throw fail('invalid', 'agent.unreadable_answer', why);
}

/** Whether people can be given the schema as a form: an object of single values. */
function isForm({ type, properties }: JsonObject): boolean {
  const fields = Object.values((properties ?? {}) as Record<string, { type?: unknown }>);
  const isSingle = (field: { type?: unknown }): boolean =>
    ['string', 'number', 'integer', 'boolean'].includes(String(field.type));
  return type === 'object' && fields.length > 0 && fields.every(isSingle);
}
