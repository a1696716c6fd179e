import { z } from 'zod';
import { githubClient, parseRepository } from '../github/client.ts';
import { findPublishedRelease } from '../github/release.ts';
import { findTag } from '../github/tag.ts';
import { npmRegistry, readNpmPackage } from '../registries/npm-registry.ts';
import { pypiAddresses, readPypiProject, sameVersion } from '../registries/pypi-index.ts';
import { defineAction, type ActionContext } from './action.ts';

const input = z.strictObject({
  ecosystem: z.enum(['npm', 'python']),
  name: z.string().min(1),
  version: z.string().min(1),
  repository: z.string().meta({ description: 'owner/name on GitHub, or an address of the repository.' }),
  tag: z.string().min(1),
  token: z.string().optional().meta({ description: 'For a repository that not everybody may see.' }),
  registry_token: z.string().optional().meta({ description: 'npm: for a package that not everybody may see.' }),
});
type Input = z.infer<typeof input>;

const output = z.object({
  registry: z.boolean(),
  tag: z.boolean(),
  github_release: z.boolean(),
  complete: z.boolean(),
  missing: z.array(z.string()).meta({ description: 'Which of the three are not there, in words.' }),
});

/** Registry, tag and GitHub release are three facts, each of which can be missing (pages.md, Release). */
export const releaseReconcile = defineAction<Input, z.infer<typeof output>>({
  name: 'release.reconcile',
  summary: 'Finds out which parts of a release exist: the version in the registry, the tag, the GitHub release.',
  effect: 'read',
  input,
  output,
  async run(settings, context) {
    const client = githubClient(context, settings.token);
    const repository = parseRepository(settings.repository);
    const [registry, tag, release] = await Promise.all([
      isInRegistry(settings, context),
      findTag(context, client, repository, settings.tag),
      findPublishedRelease(context, client, repository, settings.tag),
    ]);
    const facts = { registry, tag: tag !== undefined, github_release: release !== undefined };
    const missing = [
      ...(facts.registry ? [] : [`${settings.name} ${settings.version} in the registry`]),
      ...(facts.tag ? [] : [`the tag ${settings.tag}`]),
      ...(facts.github_release ? [] : [`the GitHub release ${settings.tag}`]),
    ];
    return { ...facts, complete: missing.length === 0, missing };
  },
});

async function isInRegistry(settings: Input, context: ActionContext): Promise<boolean> {
  const { ecosystem, name, version, registry_token: token } = settings;
  const { config } = context.services;
  if (ecosystem === 'npm') {
    const registry = npmRegistry(config, 'production');
    const found = await readNpmPackage(context, { registry, name, token, fresh: true });
    return found?.versions[version] !== undefined;
  }
  const files = await readPypiProject(context, pypiAddresses(config, 'production').indexUrl, name);
  return (files ?? []).some((file) => sameVersion(file.version, version));
}
