import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { z } from 'zod';
import { fail } from '../shared/failure.ts';
import { DEFAULT_PORT } from '../shared/protocol/limits.ts';
import { alertsSchema, webhooksSchema } from './alerts/sources.ts';
import { CONFIG_FILE, readSettings } from './config-file.ts';
import { dataDirectory } from './data-directory.ts';
import { engineSchema, restateSchema } from './hub/config.ts';
import { makeHome } from './make-home.ts';
import { serversSchema } from './mcp/server-config.ts';
import { modelsSchema } from './agent/models.ts';
import { sandboxSchema } from './sandbox/settings.ts';
import { notifySchema } from './notices/config.ts';
import { reviewSchema } from './review/settings.ts';
import { sourcesSchema } from './telemetry-sources/sources.ts';

const address = z.url({ protocol: /^https?$/, error: 'must be an address such as https://example.org' });
const folder = z.string().transform((written, context) => {
  const path = written.replace(/^~(?=$|[/\\])/, homedir());
  if (isAbsolute(path)) return resolve(path);
  context.addIssue(`${written} must be an absolute path, or begin with ~`);
  return z.NEVER;
});
const timeZone = z.string().refine(isZone, 'must be a time zone such as Europe/Berlin');

/** The daemon's configuration file, `config.yaml` in its data directory. Everything has a default. */
const schema = z.strictObject({
  zone: timeZone.optional(),
  /** Folders of graphs; the first is what `run` writes into without --graph. */
  graphs: z.array(folder).optional(),
  /** Folders in which path inputs must be. Anywhere, when none is named. */
  roots: z.array(folder).optional(),
  sandbox: sandboxSchema.optional(),
  github: z.strictObject({ url: address, paced: z.boolean().optional() }).partial().optional(),
  npm: z.strictObject({ registry: address, staging: address }).partial().optional(),
  pypi: z
    .strictObject({ upload: address, index: address, 'staging-upload': address, 'staging-index': address })
    .partial()
    .optional(),
  /** Logseq's own HTTP server, for graphs without our plugin; its token is a secret of this name. */
  logseq: z.strictObject({ url: address, token: z.string() }).partial().optional(),
  /** Programs that are not on the PATH. */
  programs: z.record(z.string(), z.string()).optional(),
  'sign-to-start': z.boolean().optional(),
  /** Models for agent steps; without one a person is asked. */
  models: modelsSchema.optional(),
  /** Servers of tools, in the form that every MCP client knows. */
  mcpServers: serversSchema.optional(),
  /** Where a running system can be looked at: metrics, logs, traces, alerts. A token is a secret's name. */
  sources: sourcesSchema.optional(),
  /** Who may tell of alerts, and which of them are one incident. */
  alerts: alertsSchema.optional(),
  /** Who else may start workflows. */
  webhooks: webhooksSchema.optional(),
  /** Serves metrics to whoever has this secret as a bearer's token. */
  metrics: z.strictObject({ token: z.string() }).optional(),
  /** Where spans go, by OTLP over HTTP; the token is a secret's name. */
  traces: z.strictObject({ url: address, token: z.string().optional() }).optional(),
  /** Ways to people: chat, mail, pager. */
  notify: notifySchema.optional(),
  /** When graphs are reviewed and workflows rehearsed by themselves. */
  review: reviewSchema.optional(),
  /** Where new runs work: in this process (the default), or on a Restate with workers. */
  engine: engineSchema.optional(),
  /** The Restate of this hub and its workers. It stays here while runs work there, also after going back to `embedded`. */
  restate: restateSchema.optional(),
  /** Where plugin and panel find the daemon. It stays the same: the keys of panels belong to it. */
  port: z.int().min(1024).max(65_535).optional(),
  /** Origins that may connect besides those of Logseq: of a Logseq in a browser. */
  origins: z
    .array(z.string().regex(/^[a-z][\w.+-]*:\/\/[\w.:[\]-]*$/, 'must be an origin such as http://localhost:3001'))
    .optional(),
});

export type ConfigFile = z.infer<typeof schema>;

export interface Config extends ConfigFile {
  /** The data directory: journal, keys, work. Only its owner can look into it. */
  home: string;
  /** IANA zone in which pages write times. */
  zone: string;
}

/**
 * The daemon's port: of `STAGEBOOK_PORT`, where 0 takes a free one (for tests and demos: panels lose their keys), else as
 * configured. Throws `config.invalid`.
 */
export function portOf(
  config: Config,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): number {
  const said = environment.STAGEBOOK_PORT;
  if (said === undefined || said === '') return config.port ?? DEFAULT_PORT;
  if (/^\d{1,5}$/.test(said) && Number(said) <= 65_535) return Number(said);
  throw fail(
    'invalid',
    'config.invalid',
    `STAGEBOOK_PORT is “${said}”, which is no port. Leave it out, or set 1024 to 65535.`,
  );
}

/** Reads the configuration of a data directory, which is made when it is not there. Throws `config.invalid`, `config.home`. */
export function readConfig(home = dataDirectory()): Config {
  makeHome(home);
  const own = readSettings(home, schema);
  if (own.engine === 'restate' && !own.restate) {
    const wanted = 'restate: { ingress, admin, hub: { id, url, token } }';
    const file = join(home, CONFIG_FILE);
    throw fail('invalid', 'config.invalid', `${file} says engine: restate, and nothing of it. Add ${wanted}.`);
  }
  return { zone: Intl.DateTimeFormat().resolvedOptions().timeZone, ...own, home };
}

function isZone(name: string): boolean {
  try {
    return Boolean(Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}
