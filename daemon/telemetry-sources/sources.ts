import { z } from 'zod';

/** The kinds of places where a running system can be looked at. */
export type SourceKind = 'prometheus' | 'loki' | 'traces' | 'alertmanager';

/** One of them, ready to be asked. */
export interface Source {
  /** Base address, with the path that its API is under. */
  url: string;
  /** Where people look at the same, for links; by default `url`. */
  ui?: string;
  /** Which API a store of traces speaks. */
  speaks?: 'tempo' | 'jaeger';
  /** Sent with every request (a tenant, for one). */
  headers?: Readonly<Record<string, string>>;
  /** The token, when it has one. Throws `secret.missing`. */
  token?(): Promise<string>;
}

export type Sources = Readonly<Partial<Record<SourceKind, Source>>>;

const source = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  ui: z.url({ protocol: /^https?$/ }).optional(),
  headers: z.record(z.string(), z.string()).optional(),
  /** Name of the secret that is its token. */
  token: z.string().optional(),
});

/** `sources` of the configuration file. */
export const sourcesSchema = z
  .strictObject({
    prometheus: source,
    loki: source,
    traces: source.extend({ speaks: z.enum(['tempo', 'jaeger']) }),
    alertmanager: source,
  })
  .partial();

/** The configured sources, with their tokens behind their secrets' names. */
export function openSources(
  written: z.infer<typeof sourcesSchema> | undefined,
  readSecret: (name: string) => Promise<string>,
): Sources {
  return Object.fromEntries(
    Object.entries(written ?? {}).map(([kind, { token, ...rest }]) => [
      kind,
      { ...rest, ...(token === undefined ? {} : { token: () => readSecret(token) }) },
    ]),
  );
}
