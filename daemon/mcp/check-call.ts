import type { Catalogue } from '../../shared/workflow/role.ts';
import { argumentTrouble } from './arguments.ts';
import { nearestTool } from './manifest.ts';
import type { McpServers } from './servers.ts';

/** What is wrong with a call of a tool as a page has it, by the tools that a person trusted. Starts no server. */
export function checkCall(servers: Pick<McpServers, 'pinned'>): NonNullable<Catalogue['toolTrouble']> {
  return (server, tool, args) => {
    const manifest = servers.pinned(server);
    if (!manifest) {
      const why = `The arguments of ${tool} are unchecked: nobody here has trusted the MCP server “${server}” yet, so its tools are not known. Look at it: stagebook trust --server ${server}`;
      return { is: 'unchecked', why };
    }
    const definition = manifest.tools.find(({ name }) => name === tool);
    if (!definition)
      return { is: 'tool', why: `The MCP server “${server}” has no tool “${tool}”.${nearestTool(manifest, tool)}` };
    const trouble = argumentTrouble(definition.inputSchema, args, { templates: true });
    return trouble === undefined
      ? undefined
      : { is: 'arguments', why: `${tool} of the MCP server “${server}” cannot be called so: ${trouble}` };
  };
}
