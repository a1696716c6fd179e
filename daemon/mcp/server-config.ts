import { z } from 'zod';
import type { JsonObject } from '../../shared/json.ts';

const texts = z.record(z.string(), z.string());
/** Our own settings, beside those that every client knows. */
const own = {
  disabled: z.boolean().optional(),
  /** Milliseconds that a call may take without a sign of life; 60,000 by default. */
  timeout: z.int().positive().optional(),
};
const stdio = z.object({
  command: z.string().min(1),
  args: z.array(z.string()).optional(),
  /** `${NAME}` in a value is the secret of that name. Nothing else of the daemon's environment reaches the server. */
  env: texts.optional(),
  cwd: z.string().optional(),
  ...own,
});
const http = z.object({ url: z.url({ protocol: /^https?$/ }), headers: texts.optional(), ...own });

/** The standard `mcpServers` form: servers by their names, with a command or a URL. What other clients add is left out. */
export const serversSchema = z.record(z.string().regex(/^[\w.-]+$/), z.union([stdio, http]));

export type ServerConfig = z.infer<typeof stdio> | z.infer<typeof http>;
export type ServersConfig = Readonly<Record<string, ServerConfig>>;

/** How a server is started or reached, with the names of secrets and never their values: what people trust. */
export function launchOf(config: ServerConfig): JsonObject {
  if ('url' in config) return { url: config.url, headers: { ...config.headers } };
  const { command, args = [], env = {}, cwd } = config;
  return { command, args, env: { ...env }, ...(cwd === undefined ? {} : { cwd }) };
}

/** `${NAME}` and `${env:NAME}` in a text, replaced by what `read` gives for the name. */
export async function withSecrets(text: string, read: (name: string) => Promise<string>): Promise<string> {
  const parts = text.split(/\$\{(?:env:)?(\w+)\}/);
  const filled = parts.map((part, at) => (at % 2 === 1 ? read(part) : Promise.resolve(part)));
  return (await Promise.all(filled)).join('');
}

/** The same for every value of a record. */
export async function recordWithSecrets(
  record: Readonly<Record<string, string>>,
  read: (name: string) => Promise<string>,
): Promise<Record<string, string>> {
  const entries = Object.entries(record).map(async ([key, text]) => [key, await withSecrets(text, read)] as const);
  return Object.fromEntries(await Promise.all(entries));
}
