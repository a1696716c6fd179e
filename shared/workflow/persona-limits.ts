import { isObject, type Json, type JsonObject } from '../json.ts';
import { covers } from './covers.ts';
import type { PersonaShape } from './role.ts';

/** What a persona's settings say beyond actions and secrets: the field names are those of Hypertool's personas. */
export function limitsIn(settings: JsonObject): Omit<PersonaShape, 'id' | 'actions' | 'secrets'> {
  const security = isObject(settings.security) ? settings.security : {};
  const tools = toolsIn(settings);
  const given = {
    tools: Object.keys(tools).length > 0 ? tools : undefined,
    restrictedPaths: texts(settings.restrictedPaths),
    blockList: texts(security.blockList),
    requireApprovalFor: texts(security.requireApprovalFor),
    tokenBudget: typeof settings.tokenBudget === 'number' ? settings.tokenBudget : undefined,
    prompt: typeof settings.prompt === 'string' ? settings.prompt : undefined,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** The tools by server. A server that is allowed without a list of tools is allowed with all of them, as in Hypertool. */
function toolsIn({ allowedServers, allowedTools }: JsonObject): Record<string, string[]> {
  const listed = isObject(allowedTools) ? allowedTools : {};
  const servers = texts(allowedServers) ?? Object.keys(listed);
  return Object.fromEntries(servers.map((server) => [server, texts(listed[server]) ?? ['*']]));
}

/** A list of texts; undefined for anything else. */
export function texts(value: Json | undefined): string[] | undefined {
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
}

/** Whether a persona may call a tool. A list may have tools with their server before them, as Hypertool writes them. */
export function coversTool(persona: PersonaShape, server: string, tool: string): boolean {
  const { tools = {} } = persona;
  const patterns = Object.hasOwn(tools, server) ? tools[server]! : [];
  return patterns.some((pattern) => covers(pattern, tool) || covers(pattern, `${server}_${tool}`));
}

/** Whether a persona may use an action with these settings; of `mcp.call` its tools decide, and nothing else. */
export function coversAction(persona: PersonaShape, action: string, settings: Json | undefined): boolean {
  if (action !== 'mcp.call') return persona.actions.some((pattern) => covers(pattern, action));
  const { server, tool } = isObject(settings) ? settings : {};
  return typeof server === 'string' && typeof tool === 'string' && coversTool(persona, server, tool);
}

/** What is asked for, as a refusal names it: the action, or the server and its tool. */
export function wantedName(action: string, settings: Json | undefined): string {
  if (action !== 'mcp.call' || !isObject(settings)) return action;
  return `${String(settings.server)}/${String(settings.tool)}`;
}
