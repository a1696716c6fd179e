import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import {
  ErrorCode,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  McpError,
  ReadResourceRequestSchema,
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import type { RunEvent } from '../../shared/run/event.ts';
import type { Conversation, Extra } from './conversation.ts';
import { attempt } from './protocol-error.ts';
import type { GatewayResource } from './resource.ts';

/** So many resources one session may be subscribed to. */
const MOST_SUBSCRIPTIONS = 100;

/** The resources that one session reads, and those that it wants to hear of. */
export class ServedResources {
  readonly #resources: readonly GatewayResource[];
  readonly #subscribed = new Set<string>();

  constructor(resources: readonly GatewayResource[]) {
    this.#resources = resources;
  }

  /** Has the session answer for them. */
  serve(server: Server, conversationOf: (extra: Extra) => Conversation): void {
    const resources = this.#resources;
    server.setRequestHandler(ListResourcesRequestSchema, async (_, extra) => {
      const conversation = conversationOf(extra);
      const lists = await Promise.all(resources.map(async (resource) => resource.list(conversation)));
      return { resources: lists.flat() };
    });
    server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({
      resourceTemplates: resources.flatMap(({ templates }) => [...templates]),
    }));
    server.setRequestHandler(ReadResourceRequestSchema, async ({ params: { uri } }, extra) => {
      for (const resource of resources) {
        const contents = await attempt(() => resource.read(uri, conversationOf(extra)));
        if (contents) return { contents: [contents] };
      }
      throw new McpError(ErrorCode.InvalidParams, `There is no resource ${uri}.`);
    });
    server.setRequestHandler(SubscribeRequestSchema, ({ params: { uri } }) => this.#subscribe(uri));
    server.setRequestHandler(UnsubscribeRequestSchema, ({ params: { uri } }) => {
      this.#subscribed.delete(uri);
      return {};
    });
  }

  /** The addresses that the session is subscribed to and that are something else after these events. */
  changedBy(events: readonly RunEvent[]): string[] {
    return [...this.#subscribed].filter((uri) => this.#resources.some((resource) => resource.changes?.(uri, events)));
  }

  #subscribe(uri: string): object {
    if (!this.#subscribed.has(uri) && this.#subscribed.size >= MOST_SUBSCRIPTIONS) {
      throw new McpError(ErrorCode.InvalidRequest, `At most ${MOST_SUBSCRIPTIONS} subscriptions.`);
    }
    this.#subscribed.add(uri);
    return {};
  }
}
