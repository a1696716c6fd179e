import { createHash } from 'node:crypto';
import { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import type { ActionConfig, ActionContext } from '../actions/action.ts';
import { ask } from '../http/ask.ts';
import { refusalFailure } from '../http/refusal.ts';
import { readTarEntry } from './archive-entry.ts';
import { readArtifact } from './artifact-file.ts';
import { publishWishes, type PublishWishes } from './npm-publishable.ts';

/** Which of the configured registries is meant: the real one, or the one for rehearsals. */
export type RegistryChoice = 'production' | 'staging';

/** What a registry knows of a package. */
export interface NpmDocument {
  distTags: Readonly<Record<string, string>>;
  versions: Readonly<Record<string, { integrity: string | null; tarball: string }>>;
}

/** A package as `npm pack` made it. */
export interface NpmArtifact {
  name: string;
  version: string;
  /** Subresource integrity of the whole tarball, `sha512-…`: what the registry records. */
  integrity: string;
  wishes: PublishWishes;
}

const documentSchema = z.object({
  'dist-tags': z.record(z.string(), z.string()).default({}),
  versions: z
    .record(z.string(), z.object({ dist: z.object({ integrity: z.string().optional(), tarball: z.string() }) }))
    .default({}),
});

/** The registry's base address, with a slash at the end. Throws `npm.no_staging` where none is configured. */
export function npmRegistry(config: ActionConfig, choice: RegistryChoice): string {
  const url = choice === 'staging' ? config.npmStagingRegistry : config.npmRegistry;
  if (!url) {
    throw fail(
      'invalid',
      'npm.no_staging',
      'No npm registry for rehearsals is configured. Set npmStagingRegistry in the daemon’s configuration.',
    );
  }
  return url.endsWith('/') ? url : `${url}/`;
}

/** The package's document, or null where the registry has none. `fresh` goes past the caches between here and there. */
export async function readNpmPackage(
  context: ActionContext,
  asked: { registry: string; name: string; token?: string | undefined; fresh?: boolean },
): Promise<NpmDocument | null> {
  const { registry, name, token, fresh } = asked;
  // `write=true` is how the npm client itself asks for the uncached document before it changes one.
  const url = `${registry}${name.replace('/', '%2f')}${fresh ? '?write=true' : ''}`;
  const answer = await ask(context, 'the npm registry', {
    url,
    headers: {
      accept: 'application/vnd.npm.install-v1+json, application/json;q=0.9',
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    maxBytes: 64 * 2 ** 20,
  });
  if (answer.status === 404) return null;
  if (answer.status >= 400) {
    throw refusalFailure({
      area: 'npm',
      who: 'The npm registry',
      status: answer.status,
      header: (header) => answer.headers.get(header),
      detail: answer.text(),
      now: context.clock.now(),
    });
  }
  const parsed = documentSchema.safeParse(answer.json());
  if (!parsed.success) {
    throw fail(
      'unavailable',
      'npm.strange_answer',
      `What ${registry} answered about ${name} is no package document. Check npm.registry in config.yaml, and whether a proxy or ` +
        'a log-in stands in between.',
    );
  }
  const versions = Object.entries(parsed.data.versions).map(
    ([version, { dist }]) => [version, { integrity: dist.integrity ?? null, tarball: dist.tarball }] as const,
  );
  return { distTags: parsed.data['dist-tags'], versions: Object.fromEntries(versions) };
}

/** Name, version and integrity of a tarball, and what it says about being published. Throws `npm.bad_tarball` when it is no npm package. */
export async function readNpmTarball(path: string): Promise<NpmArtifact> {
  const bytes = await readArtifact(path);
  try {
    const manifest = readTarEntry(bytes, (name) => /^[^/]+\/package\.json$/.test(name));
    const content: unknown = JSON.parse(manifest?.toString() ?? 'null');
    const { name, version } = z.object({ name: z.string(), version: z.string() }).parse(content);
    const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
    return { name, version, integrity, wishes: publishWishes(content) };
  } catch (error) {
    throw fail('invalid', 'npm.bad_tarball', `${path} is no npm package: make it with \`npm pack\`.`, { cause: error });
  }
}
