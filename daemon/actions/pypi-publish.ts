import { z } from 'zod';
import { fail, type StagebookError } from '../../shared/failure.ts';
import { ask } from '../http/ask.ts';
import { pypiAddresses, pypiRefusal, readPypiProject, sameVersion } from '../registries/pypi-index.ts';
import { readPythonArtifact, type PythonArtifact } from '../registries/python-artifact.ts';
import { defineAction, type ActionContext, type Verdict } from './action.ts';

const input = z.strictObject({
  artifacts: z
    .array(z.string())
    .min(1)
    .meta({ description: 'The built wheel and source distribution of one version.' }),
  token: z.string().min(1).meta({ description: 'An API token that may upload.' }),
  repository: z.enum(['production', 'staging']).default('production'),
});
type Input = z.infer<typeof input>;

const output = z.object({
  name: z.string(),
  version: z.string(),
  files: z.array(z.object({ filename: z.string(), sha256: z.string() })),
  index: z.string(),
  url: z.string(),
  already: z.boolean().meta({ description: 'An earlier try of this step had published it.' }),
});
type Output = z.infer<typeof output>;

/** Uploads exactly the artifacts it is given; a version that exists is refused before anything happens. */
export const pypiPublish = defineAction<Input, Output>({
  name: 'pypi.publish',
  summary: 'Uploads built Python packages to the package index. A file name there can never be used again.',
  effect: ({ repository }) => (repository === 'staging' ? 'write' : 'irreversible'),
  input,
  output,
  touches: { paths: ['artifacts'] },
  settleMs: 60_000,

  async run(settings, context) {
    const artifacts = await readArtifacts(settings.artifacts);
    const before = await standing(settings, artifacts, context);
    if (before.is === 'complete' && isRepeat(context)) return published(settings, artifacts, context, true);
    if (before.is !== 'open') throw taken(artifacts, before.is, settings, context);
    requireWanted(artifacts);
    // Missing are all, or those that an interrupted try of exactly these files left out.
    for (const artifact of before.missing) {
      context.log(`Uploading ${artifact.filename}`);
      await upload(settings, artifact, artifacts, context);
    }
    return published(settings, artifacts, context, false);
  },

  async verify(settings, context): Promise<Verdict<Output>> {
    try {
      const artifacts = await readArtifacts(settings.artifacts);
      const { is } = await standing(settings, artifacts, context);
      // Other content under this version is not what this step does: it is refused when it is tried again.
      if (is !== 'complete') return { is: 'not-done' };
      return { is: 'done', result: published(settings, artifacts, context, true) };
    } catch (error) {
      return { is: 'unsure', why: error instanceof Error ? error.message : String(error) };
    }
  },

  async preview(settings, context) {
    return published(settings, await readArtifacts(settings.artifacts), context, false);
  },
});

const rehearsalInput = z.strictObject({
  artifacts: z
    .array(z.string())
    .min(1)
    .meta({ description: 'The built wheel and source distribution of one version.' }),
  token: z.string().optional().meta({ description: 'An API token of the index for rehearsals.' }),
  dry_run: z
    .boolean()
    .default(false)
    .meta({ description: 'Leaves the index for rehearsals alone, also where there is one.' }),
});
const rehearsalOutput = z.object({
  where: z.enum(['staging', 'dry-run']),
  name: z.string(),
  version: z.string(),
});

/** What can be tried of a publish without publishing. */
export const pypiRehearse = defineAction<z.infer<typeof rehearsalInput>, z.infer<typeof rehearsalOutput>>({
  name: 'pypi.rehearse',
  summary:
    'Uploads to the index for rehearsals where one is configured; otherwise checks all that can be checked without.',
  effect: 'write',
  input: rehearsalInput,
  output: rehearsalOutput,
  touches: { paths: ['artifacts'] },

  async run({ artifacts: paths, token = '', dry_run }, context) {
    const artifacts = await readArtifacts(paths);
    const { name, version } = artifacts[0];
    const where = context.services.config.pypiStagingUploadUrl && !dry_run ? 'staging' : 'dry-run';
    const repository = where === 'staging' ? 'staging' : 'production';
    const settings: Input = { artifacts: paths, token, repository };
    const now = await standing(settings, artifacts, context);
    if (now.is === 'taken') throw taken(artifacts, now.is, settings, context);
    requireWanted(artifacts);
    if (where === 'dry-run') {
      if (now.is === 'complete') throw taken(artifacts, now.is, settings, context);
      return { where, name, version };
    }
    // What was rehearsed stays rehearsed.
    if (now.is === 'open') for (const artifact of now.missing) await upload(settings, artifact, artifacts, context);
    return { where, name, version };
  },

  async verify({ artifacts: paths, dry_run }, context) {
    if (dry_run || !context.services.config.pypiStagingUploadUrl) return { is: 'not-done' };
    try {
      const artifacts = await readArtifacts(paths);
      const { is } = await standing({ repository: 'staging' }, artifacts, context);
      const { name, version } = artifacts[0];
      return is === 'complete' ? { is: 'done', result: { where: 'staging', name, version } } : { is: 'not-done' };
    } catch (error) {
      return { is: 'unsure', why: error instanceof Error ? error.message : String(error) };
    }
  },
});

type Artifacts = readonly [PythonArtifact, ...PythonArtifact[]];

/** Throws `pypi.mixed_artifacts` when they are not all of one version of one package. */
async function readArtifacts(paths: readonly string[]): Promise<Artifacts> {
  const [first, ...rest] = await Promise.all(paths.map(readPythonArtifact));
  const other = rest.find(({ name, version }) => name !== first?.name || version !== first.version);
  if (!first || other) {
    const what = `${first?.filename ?? 'nothing'} and ${other?.filename ?? 'nothing'}`;
    throw fail('invalid', 'pypi.mixed_artifacts', `${what} are not of the same version of one package.`);
  }
  return [first, ...rest];
}

/** The index refuses such a classifier too, but only when the tag is pushed. Throws `pypi.private`. */
function requireWanted([{ name, metadata }]: Artifacts): void {
  const mark = metadata.get('Classifier')?.find((classifier) => classifier.startsWith('Private ::'));
  if (mark === undefined) return;
  const remedy = 'Take that classifier out of its pyproject.toml if everybody may have it.';
  throw fail('denied', 'pypi.private', `${name} is marked as “${mark}”, so it is not published. ${remedy}`);
}

/** `complete`: all these very files are there; `taken`: other files hold the version; `open`: nothing stands against it. */
async function standing(
  { repository }: Pick<Input, 'repository'>,
  artifacts: Artifacts,
  context: ActionContext,
): Promise<{ is: 'complete' } | { is: 'taken' } | { is: 'open'; missing: readonly PythonArtifact[] }> {
  const { indexUrl } = pypiAddresses(context.services.config, repository);
  const { name, version } = artifacts[0];
  const files = (await readPypiProject(context, indexUrl, name)) ?? [];
  const found = new Map(
    files.filter((file) => sameVersion(file.version, version)).map((file) => [file.filename, file]),
  );
  const present = artifacts.filter(({ filename }) => found.has(filename));
  const differs = present.some(({ filename, sha256 }) => found.get(filename)?.sha256 !== sha256);
  if (differs || (found.size > 0 && !present.length)) return { is: 'taken' };
  if (present.length === artifacts.length) return { is: 'complete' };
  return { is: 'open', missing: artifacts.filter((artifact) => !present.includes(artifact)) };
}

/** Whether what stands in the registry may be this step's own work. */
function isRepeat({ attempt, earlierKeys, begunBefore }: ActionContext): boolean {
  return attempt > 1 || earlierKeys.length > 0 || begunBefore === true;
}

async function upload(
  settings: Input,
  artifact: PythonArtifact,
  all: Artifacts,
  context: ActionContext,
): Promise<void> {
  const { uploadUrl } = pypiAddresses(context.services.config, settings.repository);
  const answer = await ask(context, 'the package index', {
    method: 'POST',
    url: uploadUrl,
    headers: { authorization: `Basic ${Buffer.from(`__token__:${settings.token}`).toString('base64')}` },
    body: uploadForm(artifact),
    withinMs: 120_000,
    // A redirected upload would arrive as a GET, without its file.
    redirect: 'manual',
  });
  if (answer.status < 300) return;
  if (answer.status === 400 || answer.status === 409) {
    // The index's words for a name that is used up differ: look instead of reading them.
    const now = await standing(settings, all, context);
    if (now.is === 'taken') throw taken(all, now.is, settings, context);
    // It was missing a moment ago: this very content can only have come from this step.
    if (now.is === 'complete' || !now.missing.includes(artifact)) return;
  }
  if (answer.status < 400) {
    const to = answer.headers.get('location') ?? 'another address';
    throw fail('invalid', 'pypi.moved', `The upload address ${uploadUrl} points to ${to}. Configure that one.`);
  }
  throw pypiRefusal(context, answer);
}

/** PyPI's legacy upload form: every field of the metadata in lower case with underscores, two of them in the plural. */
function uploadForm(artifact: PythonArtifact): FormData {
  const form = new FormData();
  form.set(':action', 'file_upload');
  form.set('protocol_version', '1');
  const plural: Readonly<Record<string, string>> = { classifier: 'classifiers', project_url: 'project_urls' };
  const metadataVersion = Number(artifact.metadata.get('Metadata-Version')?.[0] ?? '0');
  for (const [name, values] of artifact.metadata) {
    const field = name.toLowerCase().replaceAll('-', '_');
    // Build tools wrote it before the standard knew it (2.4); the index refuses it there.
    if (field === 'license_file' && metadataVersion < 2.4) continue;
    for (const value of values) form.append(plural[field] ?? field, value);
  }
  form.set('filetype', artifact.kind);
  form.set('pyversion', artifact.pythonTag);
  form.set('sha256_digest', artifact.sha256);
  form.set('content', new File([artifact.bytes], artifact.filename, { type: 'application/octet-stream' }));
  return form;
}

function taken(
  [{ name, version }]: Artifacts,
  is: 'complete' | 'taken',
  { repository }: Pick<Input, 'repository'>,
  context: ActionContext,
): StagebookError {
  const { indexUrl } = pypiAddresses(context.services.config, repository);
  const what = is === 'complete' ? 'with exactly these files' : 'with other files';
  return fail(
    'conflict',
    'pypi.version_taken',
    `${name} ${version} is already published at ${indexUrl}, ${what}. A version is never reused: bump it and build again.`,
    { data: { name, version, index: indexUrl, same_content: is === 'complete' } },
  );
}

function published({ repository }: Input, artifacts: Artifacts, context: ActionContext, already: boolean): Output {
  const { indexUrl } = pypiAddresses(context.services.config, repository);
  const { name, version } = artifacts[0];
  const { host, origin } = new URL(indexUrl);
  const hasPages = host === 'pypi.org' || host === 'test.pypi.org';
  return {
    name,
    version,
    files: artifacts.map(({ filename, sha256 }) => ({ filename, sha256 })),
    index: indexUrl,
    url: hasPages ? `${origin}/project/${name}/${version}/` : `${indexUrl}${name}/`,
    already,
  };
}
