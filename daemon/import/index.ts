import type { ImportFormat } from './format.ts';
import { mcpServers } from './mcp-servers.ts';
import { personaJson } from './persona-json.ts';
import { runbook } from './runbook.ts';

/** Every form that can be imported; the first that a file is of is taken. */
export const formats: readonly ImportFormat[] = [mcpServers, personaJson, runbook];
