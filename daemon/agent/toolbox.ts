import { z } from 'zod';
import { fail, StagebookError, toFailure } from '../../shared/failure.ts';
import { isObject, type Json, type JsonObject } from '../../shared/json.ts';
import type { Actor } from '../../shared/run/event.ts';
import { covers } from '../../shared/workflow/covers.ts';
import type { Effect } from '../../shared/workflow/role.ts';
import type { Action, ActionContext } from '../actions/action.ts';
import type { AgentTask } from '../actions/agent-run.ts';
import { isApproved } from '../personas/approval.ts';
import { offeredName } from '../personas/tool-names.ts';
import type { Post, ToolCalls } from '../personas/tool-calls.ts';

/** A tool as the model of a step has it. */
export interface AgentTool {
  /** As people know it: `github/get_issue`, `git.log`. */
  title: string;
  description: string;
  schema: JsonObject;
  effect: Effect;
  /** Whether its answers come from elsewhere (security.md 9). */
  taints: boolean;
  /** Does it under an id that is the same in every life of the run. An answer with `isError` is an answer. */
  call(input: JsonObject, call: string, signal: AbortSignal): Promise<{ isError: boolean; value: Json }>;
}

interface Means {
  toolCalls: ToolCalls;
  actions: ReadonlyMap<string, Action>;
}

/** What changes something, the weightiest last. */
const CHANGES: readonly Effect[] = ['write', 'irreversible'];
/** Characters of an answer that a model gets to read. */
const SHOWN = 48_000;

/** Whether a tool does more than look. */
export function changes({ effect }: Pick<AgentTool, 'effect'>): boolean {
  return CHANGES.includes(effect);
}

/**
 * What the model of a step may use, by the names under which it is offered: tools of MCP servers that the persona may use and
 * the step names, and the actions that the step lists. What changes something only where the step says so; what cannot be
 * undone only after a signed gate in its stage. Throws `persona.over_budget`, `agent.no_action`.
 */
export async function toolbox(
  task: AgentTask,
  post: Post,
  by: Actor,
  context: ActionContext,
  { toolCalls, actions }: Means,
): Promise<Map<string, AgentTool>> {
  const offer = await toolCalls.offer(post);
  if (offer.over !== undefined) throw fail('invalid', 'persona.over_budget', offer.over);
  const approved = isApproved(context.run.state(), post.node);
  const may = (effect: Effect): boolean =>
    (CHANGES.includes(effect) ? task.changes : true) && (effect !== 'irreversible' || approved);
  const wanted = offer.tools.filter(
    ({ server, tool, effect }) => may(effect) && task.tools.some((pattern) => covers(pattern, `${server}/${tool}`)),
  );
  const tools = new Map<string, AgentTool>();
  for (const { name, server, tool, effect, definition } of wanted) {
    tools.set(name, {
      title: `${server}/${tool}`,
      description: definition.description ?? '',
      schema: definition.inputSchema,
      effect,
      taints: true,
      async call(input, call, signal) {
        const onProgress = (line: string): void => context.log(line);
        const wish = { server, tool, arguments: input, by, signal, call, onProgress };
        const { content, structuredContent, isError } = await toolCalls.call(post, wish);
        const texts = content.map((part) => (part.type === 'text' ? part.text : `(${part.type})`)).join('\n');
        return { isError: isError === true, value: texts === '' ? ((structuredContent ?? '') as Json) : texts };
      },
    });
  }
  for (const [name, fixed] of Object.entries(task.actions)) {
    const action = actions.get(name);
    if (!action || name === 'agent.run' || name === 'mcp.call' || action.takesSource) {
      const why = action ? 'cannot be the tool of a model' : 'does not exist';
      throw fail('invalid', 'agent.no_action', `The action ${name} ${why}. Leave it out of "actions".`);
    }
    const effect = effectWith(action, fixed);
    if (!may(effect)) continue;
    tools.set(
      offeredName('stagebook', name.replace('.', '_')),
      actionTool(action, effect, fixed, post, by, context, toolCalls),
    );
  }
  if (tools.size > 0) await toolCalls.record(post, 'model', { ...offer, tools: wanted });
  return tools;
}

/** An action as a tool: it has a key of its own for each call, and what was begun and never answered is found out. */
function actionTool(
  action: Action,
  effect: Effect,
  fixed: JsonObject,
  post: Post,
  by: Actor,
  context: ActionContext,
  toolCalls: ToolCalls,
): AgentTool {
  return {
    title: action.name,
    description: action.summary,
    schema: openSchema(action, fixed),
    effect,
    // What depends on the answer counts as if it did: here nothing less than a signature opens again what is closed.
    taints: action.taints !== undefined && action.taints !== false,
    async call(input, call, signal) {
      const settings = { ...input, ...fixed };
      const own = { ...context, key: call, earlierKeys: [], attempt: 1, signal };
      const wish = { tool: action.name, arguments: settings, effect, action: action.name, by, call };
      const answer = await toolCalls.own(post, wish, async (begunBefore) => {
        // What it does may hang on what the model says of it: it does no more than it was given for.
        const does = effectWith(action, settings);
        if (CHANGES.indexOf(does) > CHANGES.indexOf(effect)) {
          const why = `would do more with these arguments (${does}) than it is given to you for (${effect})`;
          return told(
            `${action.name} ${why}. Leave out what makes it so, or say in your answer what is missing.`,
            true,
          );
        }
        const parsed = action.input.safeParse(settings);
        if (!parsed.success) {
          const { path, message } = parsed.error.issues[0]!;
          return told(`${action.name} cannot use ${path.join('.')}: ${message}`, true);
        }
        const found = begunBefore && CHANGES.includes(effect) ? await verdict(action, parsed.data, own) : undefined;
        if (found) return told(JSON.stringify(found.result), false);
        try {
          return told(JSON.stringify(await action.run(parsed.data, { ...own, begunBefore })), false);
        } catch (error) {
          const failure = toFailure(error);
          if (signal.aborted || (CHANGES.includes(effect) && failure.unanswered)) throw error;
          return told(failure.message, true);
        }
      });
      const [part] = answer.content;
      return { isError: answer.isError === true, value: part?.type === 'text' ? part.text : '' };
    },
  };
}

function effectWith({ effect }: Action, settings: JsonObject): Effect {
  return typeof effect === 'function' ? effect(settings) : effect;
}

/** What became of a write that was begun in an earlier life; undefined when it did not happen. Throws `effect.unknown`. */
async function verdict(
  action: Action,
  input: unknown,
  context: ActionContext,
): Promise<{ result: unknown } | undefined> {
  const found = await action.verify?.(input, { ...context, begunBefore: true });
  if (found?.is === 'done') return { result: found.result };
  if (found?.is === 'not-done') return undefined;
  throw new StagebookError({
    code: 'effect.unknown',
    message:
      `Nobody knows whether ${action.name} took effect: it was begun and never answered. ${found?.why ?? ''}`.trim(),
    retryable: false,
    unanswered: true,
  });
}

function told(text: string, isError: boolean) {
  return { content: [{ type: 'text' as const, text: text.slice(0, SHOWN) }], isError };
}

/** The schema of what the model may still say. */
function openSchema(action: Action, fixed: JsonObject): JsonObject {
  const { $schema: _, ...schema } = z.toJSONSchema(action.input, { unrepresentable: 'any', io: 'input' }) as JsonObject;
  const properties = isObject(schema.properties) ? { ...schema.properties } : {};
  for (const name of Object.keys(fixed)) delete properties[name];
  const required = Array.isArray(schema.required)
    ? schema.required.filter((name) => !Object.hasOwn(fixed, String(name)))
    : [];
  return { ...schema, properties, required };
}

/** An answer as the model reads it: apart from everything that is said to it. */
export function shownTo(tool: AgentTool, value: Json): Json {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const shown: JsonObject = { from: tool.title, data: text.slice(0, SHOWN) };
  if (text.length > SHOWN) shown.cut = `the first ${SHOWN} of ${text.length} characters`;
  return shown;
}
