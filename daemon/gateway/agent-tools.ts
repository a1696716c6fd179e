import { ErrorCode, McpError, type CallToolResult, type Tool } from '@modelcontextprotocol/sdk/types.js';
import { toFailure } from '../../shared/failure.ts';
import type { JsonObject } from '../../shared/json.ts';
import type { ToolDefinition } from '../mcp/manifest.ts';
import type { Offer, OfferedTool } from '../personas/offer.ts';
import type { Post } from '../personas/tool-calls.ts';
import { plain, postIn, postOf, signatureOf, type Conversation, type Place } from './conversation.ts';
import type { GatewayTool } from './tool.ts';

/** So many calls of one session may be open at a time. */
const MOST_CALLS = 32;

/** The tools of one session: Stagebook's own ones, and those of the persona that its agent works as. */
export class AgentTools {
  readonly #all: readonly GatewayTool[];
  /** The stage and persona whose tools the client was given last, when it has asked. */
  #listed: string | undefined;
  /** What was put on record as offered last. */
  #recorded = '';
  #calls = 0;

  /** `own` are Stagebook's own. */
  constructor(own: readonly GatewayTool[]) {
    this.#all = own;
  }

  /** Whether the client has a list, and it is one of another place than this. */
  isOutdated(place: Place | undefined): boolean {
    return this.#listed !== undefined && this.#listed !== signatureOf(place);
  }

  /** What there is now. Throws an error of the protocol when the persona's tools go over its budget. */
  async list(conversation: Conversation): Promise<Tool[]> {
    const { place, means } = conversation;
    this.#listed = signatureOf(place);
    const listed = this.#ownIn(place).map(({ name, description, inputSchema, effect }) =>
      toolOf({ name, description, inputSchema, annotations: { readOnlyHint: effect === 'read' } }),
    );
    const post = postIn(place);
    if (!post) return listed;
    const offer = await means.toolCalls.offer(post);
    await this.#record(post, offer, conversation, listed);
    if (offer.over !== undefined) throw new McpError(ErrorCode.InvalidRequest, offer.over);
    return [...listed, ...offer.tools.map(({ definition }) => toolOf(definition))];
  }

  /** Calls one. What goes wrong with it is an answer that says so; a call that cannot be is an error of the protocol. */
  async call(name: string, args: JsonObject, conversation: Conversation): Promise<CallToolResult> {
    if (this.#calls >= MOST_CALLS) {
      throw new McpError(ErrorCode.InvalidRequest, `At most ${MOST_CALLS} calls at a time.`);
    }
    this.#calls += 1;
    try {
      return await this.#answer(name, args, conversation);
    } catch (error) {
      if (error instanceof McpError) throw error;
      const { code, message } = toFailure(error);
      const text = conversation.means.redact(`${message} (${code})`);
      return { isError: true, content: [{ type: 'text', text }] };
    } finally {
      this.#calls -= 1;
    }
  }

  /** Once for each stage and list: a client that asks again is offered nothing else. */
  async #record(post: Post, offer: Offer, { by, means, place }: Conversation, own: readonly Tool[]): Promise<void> {
    const what = JSON.stringify([signatureOf(place), offer.tools.map(({ definition }) => definition), offer.over]);
    if (what === this.#recorded) return;
    this.#recorded = what;
    await means.toolCalls.record(post, by.id ?? by.name, offer, own);
  }

  #ownIn(place: Place | undefined): GatewayTool[] {
    return this.#all.filter(
      ({ needs }) => needs === 'nothing' || (needs === 'run' ? place : place?.stage) !== undefined,
    );
  }

  async #answer(name: string, args: JsonObject, conversation: Conversation): Promise<CallToolResult> {
    const { place, by, means } = conversation;
    const own = this.#ownIn(place).find((tool) => tool.name === name);
    if (own) return callOwn(own, args, conversation);
    // Says why, where the tool is one of ours that this session is not for now.
    if (this.#all.some((tool) => tool.name === name)) postOf(conversation);
    const post = postIn(place);
    if (!post) throw new McpError(ErrorCode.InvalidParams, `There is no tool ${name} now.`);
    const offer = await means.toolCalls.offer(post);
    const offered = offer.tools.find((tool) => tool.name === name);
    if (!offered) {
      const why = offer.over ?? `The persona “${post.persona}” has no tool ${name}. What it has is in the list.`;
      throw await means.toolCalls.refuse(post, plain(name), why, by);
    }
    return means.toolCalls.call(post, { ...wishOf(offered, args, conversation), by });
  }
}

/** In a stage it is on record; elsewhere there is no run to record it in, and it only reads. */
async function callOwn(tool: GatewayTool, args: JsonObject, conversation: Conversation): Promise<CallToolResult> {
  const { place, by, means } = conversation;
  const { name, effect, action } = tool;
  const work = (): Promise<CallToolResult> => tool.call(args, conversation);
  const post = postIn(place);
  if (!post) return means.redact(await work());
  const wish = { tool: name, arguments: args, effect, by, ...(action === undefined ? {} : { action }) };
  return means.toolCalls.own(post, wish, work);
}

function wishOf({ server, tool }: OfferedTool, args: JsonObject, { extra }: Conversation) {
  const { _meta: meta } = extra;
  const token = meta?.progressToken;
  let progress = 0;
  return {
    server,
    tool,
    arguments: args,
    signal: extra.signal,
    onProgress(message: string) {
      if (token === undefined) return;
      progress += 1;
      const params = { progressToken: token, progress, message };
      extra.sendNotification({ method: 'notifications/progress', params }).catch(() => undefined);
    },
  };
}

/** A definition as the protocol has it: what a client gets of it, and nothing that only we know. */
function toolOf({ name, title, description, inputSchema, outputSchema, annotations }: ToolDefinition): Tool {
  const all = { name, title, description, inputSchema, outputSchema, annotations };
  return JSON.parse(JSON.stringify(all)) as Tool;
}
