import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, parseDocument } from 'yaml';
import { fail } from '../../shared/failure.ts';
import type { ServersConfig } from '../mcp/server-config.ts';

/**
 * The configuration file with these servers added, comments and order as they were. A server that is there already stays: what
 * a person trusted is not replaced by a file. Gives the new text and what became of each.
 */
export function addServers(home: string, servers: ServersConfig): { text: string; added: string[]; kept: string[] } {
  const file = join(home, 'config.yaml');
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const document = parseDocument(before.trim() === '' ? '{}' : before);
  if (document.errors.length > 0) {
    throw fail('invalid', 'config.invalid', `${file} is not valid YAML: ${document.errors[0]!.message}`);
  }
  if (!isMap(document.contents)) throw fail('invalid', 'config.invalid', `${file} is no list of settings.`);
  const added: string[] = [];
  const kept: string[] = [];
  for (const [name, server] of Object.entries(servers)) {
    if (document.hasIn(['mcpServers', name])) {
      kept.push(name);
      continue;
    }
    document.setIn(['mcpServers', name], document.createNode(server));
    added.push(name);
  }
  if (isMap(document.contents)) document.contents.flow = false;
  return { text: document.toString({ lineWidth: 0 }), added, kept };
}
