import { hashJson } from '../../../shared/canonical-json.ts';
import type { ServerReading, ServerTool, ServerResults } from '../../../shared/protocol/calls/servers.ts';
import { effectOf, hashManifest, type Manifest, type ToolDefinition } from '../../mcp/manifest.ts';
import type { Office } from '../office.ts';
import type { Calls } from './call.ts';

/** The most characters of a tool's description that are shown. */
const LONGEST = 2_000;

/** Which MCP servers there are, and what people trust of them. Only `server.look` starts one. */
export function serverCalls({ servers, engine }: Office): Calls<keyof ServerResults> {
  return {
    servers: () =>
      servers.names().map((name) => {
        const pinned = servers.pinned(name);
        return { name, tools: pinned?.tools.length ?? 0, trusted: pinned !== undefined };
      }),
    'server.look': async ({ server }): Promise<ServerReading> => {
      const pinned = servers.pinned(server);
      const { manifest, hash } = await servers.inspect(server);
      return {
        server,
        hash,
        trusted: engine.trusted(hash),
        launch: manifest.launch,
        tools: compared(manifest, pinned),
        compared: pinned !== undefined && hashManifest(pinned) !== hash,
      };
    },
  };
}

/** Its tools now, each beside the one that was trusted, and those that are gone behind. */
function compared(manifest: Manifest, pinned: Manifest | undefined): ServerTool[] {
  const before = new Map(pinned?.tools.map((tool) => [tool.name, tool]));
  const now = manifest.tools.map((tool) => {
    const was = before.get(tool.name);
    before.delete(tool.name);
    return shown(
      tool,
      !pinned ? 'same' : !was ? 'new' : hashJson({ was }) === hashJson({ was: tool }) ? 'same' : 'changed',
    );
  });
  return [...now, ...[...before.values()].map((tool) => shown(tool, 'gone'))];
}

function shown(tool: ToolDefinition, is: ServerTool['is']): ServerTool {
  return { name: tool.name, description: (tool.description ?? '').slice(0, LONGEST), effect: effectOf(tool), is };
}
