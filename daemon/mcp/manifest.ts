import { hashJson } from '../../shared/canonical-json.ts';
import type { JsonObject } from '../../shared/json.ts';
import { readJson } from '../../shared/read-json.ts';
import { nearest } from '../../shared/workflow/nearest.ts';
import type { Effect } from '../../shared/workflow/role.ts';

/** A tool as its server lists it: what a model would be given, and what we pin. */
export interface ToolDefinition {
  name: string;
  title?: string;
  description?: string;
  inputSchema: JsonObject;
  outputSchema?: JsonObject;
  annotations?: { readOnlyHint?: boolean; destructiveHint?: boolean; idempotentHint?: boolean };
}

/** What people trust of a server: how it is started, and every tool that it then lists. */
export interface Manifest {
  server: string;
  /** Command, arguments and names of secrets, or the URL (`launchOf`). */
  launch: JsonObject;
  tools: ToolDefinition[];
}

/** The name under which a manifest is trusted: of all of it, whatever order the server lists its tools in. */
export function hashManifest(manifest: Manifest): string {
  const tools = manifest.tools.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  return hashJson({ manifest: { ...manifest, tools } });
}

/**
 * What a call of the tool does to the world. Hints come from the server: only the manifest that a person trusted counts,
 * and whatever is not said to be harmless is a write.
 */
export function effectOf(tool: ToolDefinition): Effect {
  if (tool.annotations?.readOnlyHint === true) return 'read';
  return tool.annotations?.idempotentHint === true ? 'repeatable' : 'write';
}

/** A tool of a similar name, as the end of a message; empty without one. */
export function nearestTool({ tools }: Manifest, tool: string): string {
  const near = nearest(
    tool,
    tools.map(({ name }) => name),
  );
  return near ? ` Did you mean ${near}?` : '';
}

/** A manifest as the journal keeps it, beside the definitions of workflows. */
export function manifestBody(manifest: Manifest): string {
  return JSON.stringify({ manifest });
}

/** The manifest that a kept body holds; undefined when it holds the definition of a workflow. */
export function manifestOf(body: string): Manifest | undefined {
  return (readJson(body) as unknown as { manifest?: Manifest }).manifest;
}

/** Exactly what a person is shown before they trust a manifest. */
export function shownManifest({ server, launch, tools }: Manifest, hash: string): JsonObject {
  return {
    kind: 'trust',
    manifest: hash,
    title: `MCP server ${server}`,
    launch,
    tools: tools.map((tool) => ({ name: tool.name, effect: effectOf(tool), description: tool.description ?? '' })),
    effects: tools
      .filter((tool) => effectOf(tool) === 'write')
      .map(({ name }) => ({ title: name, uses: 'mcp.call', effect: 'write' })),
  };
}
