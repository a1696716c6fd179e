import { toFailure } from '../../shared/failure.ts';
import { isObject, type JsonObject } from '../../shared/json.ts';
import { isShown } from '../../shared/run/assumed.ts';
import type { RunState } from '../../shared/run/state.ts';
import { walk, type Definition } from '../../shared/workflow/definition.ts';
import { hashManifest } from '../mcp/manifest.ts';
import type { McpServers } from '../mcp/servers.ts';

/** One thing that a workflow needs, and whether it is there. */
export interface Probed {
  what: string;
  ok: boolean;
  /** Why not, with the remedy; or what was seen. */
  said: string;
}

/** By what the world is looked at. Everything here only reads. */
export interface Means {
  hasSecret(name: string): Promise<boolean>;
  servers: Pick<McpServers, 'pinned' | 'inspect'>;
  /** A dry run with these inputs: its reads are done, nothing else is. Resolves when it has ended. */
  dryRun(inputs: JsonObject): Promise<RunState>;
}

/**
 * Whether what a workflow needs still exists: its secrets, the tools of its MCP servers as they were trusted, and, where the
 * inputs are given, everything that it reads (queries, registries, repositories, permissions), by a dry run.
 */
export async function probe(
  { definitions, secrets }: { definitions: readonly Definition[]; secrets: readonly string[] },
  means: Means,
  inputs: JsonObject | undefined,
): Promise<Probed[]> {
  const found: Probed[] = [];
  for (const name of secrets) {
    const ok = await means.hasSecret(name);
    found.push({ what: `secret ${name}`, ok, said: ok ? 'is set' : 'is not set' });
  }
  for (const [server, tools] of toolsIn(definitions)) found.push(...(await probeServer(server, tools, means.servers)));
  if (inputs) found.push(...(await probeReads(inputs, means)));
  return found;
}

async function probeServer(server: string, tools: readonly string[], servers: Means['servers']): Promise<Probed[]> {
  const what = `MCP server ${server}`;
  const pinned = servers.pinned(server);
  // It is not started before anybody agreed to it (security.md 4).
  if (!pinned) return [{ what, ok: false, said: `Nobody trusts it yet: stagebook trust --server ${server}` }];
  try {
    const { manifest, hash } = await servers.inspect(server);
    const gone = tools.filter((tool) => !manifest.tools.some(({ name }) => name === tool));
    return [
      hash === hashManifest(pinned)
        ? { what, ok: true, said: `${manifest.tools.length} tools, as they were trusted` }
        : { what, ok: false, said: `Its tools are not those that were trusted: stagebook trust --server ${server}` },
      ...gone.map((tool) => ({ what: `tool ${server}/${tool}`, ok: false, said: 'is gone' })),
    ];
  } catch (error) {
    return [{ what, ok: false, said: toFailure(error).message }];
  }
}

async function probeReads(inputs: JsonObject, means: Means): Promise<Probed[]> {
  try {
    const state = await means.dryRun(inputs);
    const reads = [...state.nodes.values()].flatMap((node): Probed[] => {
      const { key, step, status, failure } = node;
      // One that would be given what nobody has made yet was not asked for anything.
      if (step?.effect !== 'read' || isShown(node) || (status !== 'completed' && status !== 'failed')) return [];
      return [{ what: `${step.action} (${key})`, ok: status === 'completed', said: failure?.message ?? 'answers' }];
    });
    const refused = state.refusals.map(({ persona, wanted, why }): Probed => ({
      what: `${persona} uses ${wanted}`,
      ok: false,
      said: why,
    }));
    return [...reads, ...refused];
  } catch (error) {
    return [{ what: 'dry run', ok: false, said: toFailure(error).message }];
  }
}

function toolsIn(definitions: readonly Definition[]): Map<string, string[]> {
  const tools = new Map<string, string[]>();
  for (const { node } of definitions.flatMap(({ body }) => walk(body))) {
    const given = node.role === 'step' && node.settings.uses === 'mcp.call' ? node.settings.with : undefined;
    if (!isObject(given) || typeof given.server !== 'string' || typeof given.tool !== 'string') continue;
    tools.set(given.server, [...new Set([...(tools.get(given.server) ?? []), given.tool])]);
  }
  return tools;
}
