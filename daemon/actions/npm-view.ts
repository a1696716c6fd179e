import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import { isObject } from '../../shared/json.ts';
import { ask } from '../http/ask.ts';
import { parseManifest, readManifest } from '../project/manifest.ts';
import { refusalFailure } from '../http/refusal.ts';
import {
  distTag,
  publishWishes,
  requireAccess,
  requireWanted,
  type PublishWishes,
} from '../registries/npm-publishable.ts';
import { npmRegistry, readNpmPackage } from '../registries/npm-registry.ts';
import { defineAction } from './action.ts';

const repository = z.enum(['production', 'staging']).default('production');
const token = z.string().optional().meta({ description: 'For a package that not everybody may see.' });

const viewInput = z.strictObject({
  name: z.string().min(1),
  version: z.string().optional().meta({ description: 'The latest when left out.' }),
  repository,
  token,
});
const viewOutput = z.object({
  exists: z
    .boolean()
    .meta({ description: 'Whether the registry has this version (any version, when none was asked for).' }),
  name: z.string(),
  version: z.string().nullable(),
  integrity: z.string().nullable(),
  tarball: z.string().nullable(),
  latest: z.string().nullable(),
  dist_tags: z.record(z.string(), z.string()),
});

export const npmView = defineAction<z.infer<typeof viewInput>, z.infer<typeof viewOutput>>({
  name: 'npm.view',
  summary: 'Looks up a package, or one version of it, in the npm registry.',
  effect: 'read',
  taints: true,
  input: viewInput,
  output: viewOutput,
  async run({ name, version, repository: choice, token: bearer }, context) {
    const registry = npmRegistry(context.services.config, choice);
    const document = await readNpmPackage(context, { registry, name, token: bearer });
    const latest = document?.distTags['latest'] ?? null;
    const wanted = version ?? latest;
    const found = wanted === null ? undefined : document?.versions[wanted];
    return {
      exists: found !== undefined,
      name,
      version: found ? wanted : null,
      integrity: found?.integrity ?? null,
      tarball: found?.tarball ?? null,
      latest,
      dist_tags: { ...document?.distTags },
    };
  },
});

const freeInput = z.strictObject({
  name: z.string().min(1),
  version: z.string().min(1),
  repository,
  token,
  directory: z.string().optional().meta({
    description:
      'The package’s folder: then it fails where package.json is against publishing it there, or as the latest.',
  }),
  tag: z.string().default('').meta({ description: 'The dist-tag that is to point to it, as for npm.publish.' }),
});
const freeOutput = z.object({
  free: z.boolean(),
  name: z.string(),
  version: z.string(),
  latest: z.string().nullable(),
});

export const npmCheckFree = defineAction<z.infer<typeof freeInput>, z.infer<typeof freeOutput>>({
  name: 'npm.check_free',
  summary: 'Finds out whether a version can still be published to the npm registry.',
  effect: 'read',
  input: freeInput,
  output: freeOutput,
  // Its registry is the configuration's.
  touches: { paths: ['directory'], hosts: [] },
  async run({ name, version, repository: choice, token: bearer, directory, tag }, context) {
    const registry = npmRegistry(context.services.config, choice);
    const wishes = directory === undefined ? undefined : await wishesIn(directory);
    if (wishes) requireWanted(name, wishes, registry);
    const document = await readNpmPackage(context, { registry, name, token: bearer, fresh: true });
    if (wishes) requireAccess(name, wishes, registry, document !== undefined);
    const free = document?.versions[version] === undefined;
    const latest = document?.distTags['latest'] ?? null;
    if (wishes && free) distTag({ name, version }, tag, wishes, latest);
    return { free, name, version, latest };
  },
});

async function wishesIn(directory: string): Promise<PublishWishes> {
  const { file } = await readManifest(directory, 'npm');
  return publishWishes(parseManifest(file, await readFile(file, 'utf8')));
}

const tokenInput = z.strictObject({ token: z.string().min(1), repository });
const tokenOutput = z.object({ valid: z.boolean(), user: z.string().nullable(), registry: z.string() });

export const npmCheckToken = defineAction<z.infer<typeof tokenInput>, z.infer<typeof tokenOutput>>({
  name: 'npm.check_token',
  summary: 'Finds out whether the npm registry knows a token, and whose it is.',
  effect: 'read',
  input: tokenInput,
  output: tokenOutput,
  async run({ token: bearer, repository: choice }, context) {
    const registry = npmRegistry(context.services.config, choice);
    const answer = await ask(context, 'the npm registry', {
      url: `${registry}-/whoami`,
      headers: { authorization: `Bearer ${bearer}` },
    });
    if (answer.status === 401 || answer.status === 403) return { valid: false, user: null, registry };
    if (answer.status >= 400) {
      throw refusalFailure({
        area: 'npm',
        who: 'The npm registry',
        status: answer.status,
        header: (name) => answer.headers.get(name),
        detail: answer.text(),
        now: context.clock.now(),
      });
    }
    const body = answer.json();
    if (!isObject(body)) {
      throw fail('unavailable', 'npm.strange_answer', `${registry} did not say who the token belongs to.`);
    }
    // Some registries answer an unknown token like nobody's: without a name.
    const user = typeof body['username'] === 'string' ? body['username'] : null;
    return { valid: user !== null, user, registry };
  },
});
