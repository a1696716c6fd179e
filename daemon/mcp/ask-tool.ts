import { randomUUID } from 'node:crypto';
import { fail } from '../../shared/failure.ts';
import { isObject } from '../../shared/json.ts';
import { readJson } from '../../shared/read-json.ts';
import type { AskTool } from '../telemetry-sources/sources.ts';
import type { McpServers } from './servers.ts';

/** Nobody waits longer than this for a finding at three in the morning. */
const WITHIN_MS = 10_000;

/**
 * A reading tool of a trusted server as sources ask it. Throws what `McpServers.call` does, `mcp.tool_failed` for what the tool
 * refuses, and `mcp.no_json` for an answer in prose.
 */
export function askTool(servers: () => McpServers): AskTool {
  return async (server, tool, args, signal) => {
    const schema = servers()
      .pinned(server)
      ?.tools.find(({ name }) => name === tool)?.inputSchema;
    const known = isObject(schema?.properties) ? schema.properties : {};
    const { content, isError } = await servers().call(
      server,
      tool,
      args((name) => Object.hasOwn(known, name)),
      {
        signal,
        timeoutMs: WITHIN_MS,
        key: randomUUID(),
        onProgress: () => undefined,
      },
    );
    const text = content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
    if (isError) {
      const said = text.trim().slice(0, 500) || 'it did not say why';
      throw fail('unavailable', 'mcp.tool_failed', `${tool} of the MCP server “${server}” failed: ${said}`);
    }
    try {
      return readJson(text);
    } catch (error) {
      throw fail('invalid', 'mcp.no_json', `${tool} of the MCP server “${server}” answered no JSON.`, { cause: error });
    }
  };
}
