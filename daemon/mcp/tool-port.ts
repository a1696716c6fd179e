import type { Json, JsonObject } from '../../shared/json.ts';
import type { ActionContext } from '../actions/action.ts';
import type { ToolAnswer, ToolPort } from '../actions/mcp-call.ts';
import { effectOf } from './manifest.ts';
import type { McpServers } from './servers.ts';

/** The servers as `mcp.call` sees them. */
export function toolPort(servers: McpServers): ToolPort {
  return {
    effect(server, tool) {
      const definition = servers.pinned(server)?.tools.find(({ name }) => name === tool);
      return definition && effectOf(definition);
    },
    async call(server: string, tool: string, args: JsonObject, context: ActionContext): Promise<ToolAnswer> {
      const { content, structuredContent, isError } = await servers.call(server, tool, args, {
        signal: context.signal,
        key: context.key,
        onProgress: (line) => context.log(line),
      });
      const texts = content.flatMap((part) => (part.type === 'text' ? [part.text] : []));
      return {
        isError: isError ?? false,
        text: texts.join('\n'),
        structured: (structuredContent ?? null) as Json,
        other: content.filter((part) => part.type !== 'text') as unknown as Json[],
      };
    },
  };
}
