import { resolve } from 'node:path';
import { z } from 'zod';
import { fail, type StagebookError } from '../../shared/failure.ts';
import { npmFailure, runNpm } from '../registries/npm-command.ts';
import { distTag, requireWanted } from '../registries/npm-publishable.ts';
import { npmRegistry, readNpmPackage, readNpmTarball, type NpmArtifact } from '../registries/npm-registry.ts';
import { defineAction, type ActionContext, type Verdict } from './action.ts';

const tarballSetting = z.string().meta({ description: 'The built package, as `npm pack` made it.' });
const tagSetting = z.string().default('').meta({
  description:
    'The dist-tag that points to this version; by default what its publishConfig says, else latest, which never goes back.',
});
const input = z.strictObject({
  tarball: tarballSetting,
  token: z.string().min(1).meta({ description: 'A token that may publish.' }),
  tag: tagSetting,
  access: z
    .enum(['public', 'restricted'])
    .optional()
    .meta({ description: 'Who may see it; by default what its publishConfig says, else as it is.' }),
  repository: z.enum(['production', 'staging']).default('production'),
});
type Input = z.infer<typeof input>;

const output = z.object({
  name: z.string(),
  version: z.string(),
  integrity: z.string().meta({ description: 'sha512 of the tarball, as the registry records it.' }),
  tag: z.string(),
  registry: z.string(),
  url: z.string(),
  already: z.boolean().meta({ description: 'An earlier try of this step had published it.' }),
});
type Output = z.infer<typeof output>;

/** Publishes exactly the tarball it is given; a version that exists is refused before anything happens. */
export const npmPublish = defineAction<Input, Output>({
  name: 'npm.publish',
  summary: 'Publishes a built npm package to the registry. A published version can never be taken back or reused.',
  effect: ({ repository }) => (repository === 'staging' ? 'write' : 'irreversible'),
  input,
  output,
  touches: { paths: ['tarball'], programs: ['npm'] },
  settleMs: 60_000,

  async run(settings, context) {
    const artifact = await readNpmTarball(settings.tarball);
    const { config } = context.services;
    const registry = npmRegistry(config, settings.repository);
    const { is: before, latest } = await standing(settings, artifact, context);
    // The registry may not have shown an earlier try to `verify` yet.
    if (before === 'same' && isRepeat(context)) return published(settings, artifact, registry, true);
    if (before !== 'absent') throw taken(artifact, registry, before);
    requireWanted(artifact.name, artifact.wishes, npmRegistry(config, 'production'));
    const tag = distTag(artifact, settings.tag, artifact.wishes, latest);
    const result = await runNpm(context, publishArgv({ ...settings, tag }, artifact, registry), {
      registry,
      token: settings.token,
    });
    if (result.exitCode === 0) return published(settings, artifact, registry, false);
    const failure = npmFailure(context, registry, result);
    if (!failure.failure.unanswered) {
      // The registry's own refusal of a version that exists comes in many words: look instead of reading them.
      // Where that fails, the refusal itself is what counts.
      const after = await standing(settings, artifact, context).then(
        ({ is }) => is,
        () => 'absent' as const,
      );
      // It was absent a moment ago: this very content can only have come from this step.
      if (after === 'same') return published(settings, artifact, registry, true);
      if (after === 'other') throw taken(artifact, registry, after);
    }
    throw failure;
  },

  async verify(settings, context): Promise<Verdict<Output>> {
    try {
      const artifact = await readNpmTarball(settings.tarball);
      // Another content under this version is not what this step does: it is refused when it is tried again.
      if ((await standing(settings, artifact, context)).is !== 'same') return { is: 'not-done' };
      const registry = npmRegistry(context.services.config, settings.repository);
      return { is: 'done', result: published(settings, artifact, registry, true) };
    } catch (error) {
      return { is: 'unsure', why: error instanceof Error ? error.message : String(error) };
    }
  },

  async preview(settings, context) {
    const artifact = await readNpmTarball(settings.tarball);
    return published(settings, artifact, npmRegistry(context.services.config, settings.repository), false);
  },
});

const rehearsalInput = z.strictObject({
  tarball: tarballSetting,
  tag: tagSetting,
  token: z.string().optional().meta({ description: 'A token that may publish to the registry for rehearsals.' }),
  dry_run: z
    .boolean()
    .default(false)
    .meta({ description: 'Leaves the registry for rehearsals alone, also where there is one.' }),
});
const rehearsalOutput = z.object({
  where: z.enum(['staging', 'dry-run']),
  name: z.string(),
  version: z.string(),
  integrity: z.string(),
});

/** What can be tried of a publish without publishing. */
export const npmRehearse = defineAction<z.infer<typeof rehearsalInput>, z.infer<typeof rehearsalOutput>>({
  name: 'npm.rehearse',
  summary:
    'Publishes to the registry for rehearsals where one is configured; otherwise lets npm try without publishing.',
  effect: 'write',
  input: rehearsalInput,
  output: rehearsalOutput,
  touches: { paths: ['tarball'], programs: ['npm'] },

  async run({ tarball, tag, token, dry_run }, context) {
    const artifact = await readNpmTarball(tarball);
    const { config } = context.services;
    const where = config.npmStagingRegistry && !dry_run ? 'staging' : 'dry-run';
    const repository = where === 'staging' ? 'staging' : 'production';
    const registry = npmRegistry(config, repository);
    const settings: Input = { tarball, token: token ?? '', tag, repository };
    requireWanted(artifact.name, artifact.wishes, npmRegistry(config, 'production'));
    const { is: standingNow, latest } = await standing(settings, artifact, context);
    const done = rehearsed(where, artifact);
    // What was rehearsed stays rehearsed; the real registry must not have it yet.
    if (where === 'staging' && standingNow === 'same') return done;
    if (standingNow !== 'absent') throw taken(artifact, registry, standingNow);
    // What is the latest there says nothing of the real registry.
    const chosen = distTag(artifact, tag, artifact.wishes, where === 'staging' ? null : latest);
    const argv = publishArgv({ ...settings, tag: chosen }, artifact, registry);
    const result = await runNpm(context, where === 'staging' ? argv : [...argv, '--dry-run'], { registry, token });
    if (result.exitCode !== 0) throw npmFailure(context, registry, result);
    return done;
  },

  async verify({ tarball, token, dry_run }, context) {
    if (dry_run || !context.services.config.npmStagingRegistry) return { is: 'not-done' };
    try {
      const artifact = await readNpmTarball(tarball);
      const { is } = await standing({ repository: 'staging', token }, artifact, context);
      return is === 'same' ? { is: 'done', result: rehearsed('staging', artifact) } : { is: 'not-done' };
    } catch (error) {
      return { is: 'unsure', why: error instanceof Error ? error.message : String(error) };
    }
  },
});

function rehearsed(where: 'staging' | 'dry-run', { name, version, integrity }: NpmArtifact) {
  return { where, name, version, integrity };
}

/** `same`: this very content stands under this version; `other`: another one does. And which version is the latest. */
async function standing(
  { repository, token }: { repository: Input['repository']; token?: string | undefined },
  artifact: NpmArtifact,
  context: ActionContext,
): Promise<{ is: 'absent' | 'same' | 'other'; latest: string | undefined }> {
  const registry = npmRegistry(context.services.config, repository);
  const document = await readNpmPackage(context, { registry, name: artifact.name, token, fresh: true });
  const latest = document?.distTags['latest'];
  const version = document?.versions[artifact.version];
  if (!version) return { is: 'absent', latest };
  return { is: version.integrity === artifact.integrity ? 'same' : 'other', latest };
}

/** Whether what stands in the registry may be this step's own work. */
function isRepeat({ attempt, earlierKeys, begunBefore }: ActionContext): boolean {
  return attempt > 1 || earlierKeys.length > 0 || begunBefore === true;
}

function taken({ name, version }: NpmArtifact, registry: string, which: 'same' | 'other'): StagebookError {
  const what = which === 'same' ? 'with exactly this content' : 'with another content';
  return fail(
    'conflict',
    'npm.version_taken',
    `${name} ${version} is already published at ${registry}, ${what}. A version is never reused: bump it and build again.`,
    { data: { name, version, registry, same_content: which === 'same' } },
  );
}

/** On the command line: `publishConfig` of the package has no say beyond what was looked at. */
function publishArgv({ tarball, tag, access }: Input, { name }: NpmArtifact, registry: string): string[] {
  const scope = /^(@[^/]+)\//.exec(name)?.[1];
  return [
    'publish',
    resolve(tarball),
    `--registry=${registry}`,
    ...(scope ? [`--${scope}:registry=${registry}`] : []),
    `--tag=${tag}`,
    ...(access ? [`--access=${access}`] : []),
  ];
}

function published({ tag }: Input, artifact: NpmArtifact, registry: string, already: boolean): Output {
  const { name, version, integrity, wishes } = artifact;
  const url =
    new URL(registry).host === 'registry.npmjs.org'
      ? `https://www.npmjs.com/package/${name}/v/${version}`
      : `${registry}${name}/${version}`;
  return { name, version, integrity, tag: tag || (wishes.tag ?? 'latest'), registry, url, already };
}
