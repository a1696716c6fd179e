import { fail } from '../../shared/failure.ts';
import { isObject } from '../../shared/json.ts';
import { serversSchema } from '../mcp/server-config.ts';
import type { ImportFormat } from './format.ts';

/** The servers of tools as every MCP client keeps them. */
export const mcpServers: ImportFormat = {
  name: 'mcpServers',
  is: ({ json }) => isObject(json?.mcpServers),
  read({ json }) {
    const parsed = serversSchema.safeParse(json!.mcpServers);
    if (!parsed.success) {
      const issue = parsed.error.issues[0]!;
      throw fail('invalid', 'import.invalid', `mcpServers cannot be read: ${issue.path.join('.')}: ${issue.message}.`);
    }
    const notes = Object.entries(parsed.data).flatMap(([name, server]) => {
      const values = 'url' in server ? server.headers : server.env;
      const literal = Object.entries(values ?? {}).filter(([key, value]) => SECRET.test(key) && !value.includes('${'));
      return literal.map(
        ([key]) =>
          `${name}: ${key} stands in the file as it is. Keep it as a secret instead, and write "\${${key}}" there.`,
      );
    });
    const names = Object.keys(parsed.data).map((name) => `stagebook trust --server ${name}`);
    return {
      kind: 'servers',
      servers: parsed.data,
      notes: [...notes, `None is started before you have looked at its tools: ${names.join('; ')}`],
    };
  },
};

const SECRET = /token|key|secret|password|authorization/i;
