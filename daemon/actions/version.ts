import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import { foldersAbove } from '../project/folders-above.ts';
import { parseManifest, readManifest, valueAt, type Manifest } from '../project/manifest.ts';
import { LEVELS, nextVersion, requireLater } from '../project/next-version.ts';
import { pythonVersionFiles } from '../project/python-versions.ts';
import { setVersion } from '../project/set-version.ts';
import { replaceOwn } from '../project/own-changes.ts';
import { readText } from '../project/read-text.ts';
import { replaceFile } from '../project/write-file.ts';
import { defineAction, type ActionContext } from './action.ts';

const ecosystems = z.enum(['npm', 'python']);
const where = {
  directory: z.string().meta({ description: 'The folder with package.json or pyproject.toml.' }),
  ecosystem: ecosystems.optional().meta({ description: 'Needed only where both manifests are there.' }),
};

const readInput = z.strictObject(where);
const readOutput = z.object({
  package: z.string(),
  version: z.string(),
  file: z.string(),
  ecosystem: ecosystems,
  repository: z.string().meta({ description: 'The repository’s address as the manifest names it; empty without one.' }),
});

/** What the package says of itself. */
export const versionRead = defineAction<z.infer<typeof readInput>, z.infer<typeof readOutput>>({
  name: 'version.read',
  summary: 'Reads name and version of the package from package.json or pyproject.toml.',
  effect: 'read',
  input: readInput,
  output: readOutput,
  touches: { paths: ['directory'] },
  async run(settings) {
    const { versionAt: _, ...manifest } = await readManifest(settings.directory, settings.ecosystem);
    return manifest;
  },
});

const bumpInput = z.strictObject({
  ...where,
  level: z.enum(LEVELS).optional().meta({ description: 'By semver; or give "to".' }),
  to: z.string().min(1).optional().meta({ description: 'Exactly this version.' }),
  from: z.string().min(1).optional().meta({ description: 'Refuse when the package has another version than this.' }),
  prerelease: z.enum(['alpha', 'beta', 'rc']).default('rc').meta({ description: 'The word in a pre-release version.' }),
});
type Bump = z.infer<typeof bumpInput>;
const bumpOutput = z.object({
  package: z.string(),
  old: z.string(),
  version: z.string(),
  file: z.string(),
  files: z.array(z.string()).meta({ description: 'All files that carry the version, the manifest first.' }),
  ecosystem: ecosystems,
  changed: z.boolean().meta({ description: 'False when an earlier try of this step had changed it.' }),
});
type Bumped = z.infer<typeof bumpOutput>;

/** What a step set out to do, kept before it does it: with this, a second try under its key bumps nothing twice. */
const intention = z.object({ settings: z.string(), old: z.string(), version: z.string() });
type Intention = z.infer<typeof intention>;

/** Raises the version in the manifest, the lockfile and, for Python, `__version__`; every other byte stays. */
export const versionBump = defineAction<Bump, Bumped>({
  name: 'version.bump',
  summary: 'Raises the version in package.json or pyproject.toml, and wherever else the package says it.',
  effect: 'write',
  input: bumpInput,
  output: bumpOutput,
  touches: { paths: ['directory'] },

  async run(settings, context) {
    const manifest = await readManifest(settings.directory, settings.ecosystem);
    const earlier = await findIntention(settings, context);
    const intended = earlier ?? intend(settings, manifest);
    if (manifest.version !== intended.old && manifest.version !== intended.version)
      throw changedSince(manifest, intended.old);
    if (!earlier) await keepIntention(intended, settings, context);
    const changed = await apply(manifest, intended, context);
    const read = await readManifest(settings.directory, settings.ecosystem);
    if (read.version !== intended.version) throw changedSince(read, intended.version);
    return bumped(manifest, intended, changed);
  },

  async verify(settings, context) {
    const manifest = await readManifest(settings.directory, settings.ecosystem);
    const intended = await findIntention(settings, context);
    if (!intended) return { is: 'not-done' };
    for (const { versions } of await versionFiles(manifest, intended)) {
      if (versions.some((version) => version !== intended.version)) return { is: 'not-done' };
    }
    return { is: 'done', result: await bumped(manifest, intended, false) };
  },

  async preview(settings) {
    const manifest = await readManifest(settings.directory, settings.ecosystem);
    return bumped(manifest, intend(settings, manifest), true);
  },
});

function intend(settings: Bump, manifest: Manifest): Intention {
  const { level, to, from, prerelease } = settings;
  const { ecosystem, version: current } = manifest;
  if ((level === undefined) === (to === undefined)) {
    throw fail(
      'invalid',
      'version.no_target',
      'Say which version is meant: either "level" (patch, minor, major …) or "to".',
    );
  }
  const target = (old: string) => to ?? nextVersion(ecosystem, old, level ?? 'patch', prerelease);
  if (from !== undefined && current !== from) {
    if (current === target(from)) return { settings: digest(settings), old: from, version: current };
    throw changedSince(manifest, from);
  }
  const version = target(current);
  requireLater(ecosystem, version, current);
  return { settings: digest(settings), old: current, version };
}

interface VersionFile {
  file: string;
  text: string;
  versions: string[];
  edited(version: string): string;
}

/** The files that carry the version: the manifest, what of npm's lockfiles knows the package, and what says it in Python. */
async function versionFiles(manifest: Manifest, { old, version }: Intention): Promise<VersionFile[]> {
  const folder = path.dirname(manifest.file);
  const lockfiles = manifest.ecosystem === 'npm' ? npmLockfiles(folder) : [];
  const files: VersionFile[] = [];
  for (const { file, places } of [{ file: manifest.file, places: [[...manifest.versionAt]] }, ...lockfiles]) {
    const found = await withPlaces(file, places);
    if (found) files.push(found);
  }
  const others = manifest.ecosystem === 'python' ? await pythonVersionFiles(folder, manifest.package) : [];
  for (const { version: said, ...other } of others) {
    // What says another version means something else by it.
    if (said === old || said === version) files.push({ ...other, versions: [said] });
  }
  return files;
}

async function withPlaces(file: string, places: readonly string[][]): Promise<VersionFile | undefined> {
  const text = await readText(file);
  if (text === undefined) return undefined;
  const content = parseManifest(file, text);
  const written = places.flatMap((place) => {
    const version = valueAt(content, place);
    return typeof version === 'string' ? [{ place, version }] : [];
  });
  if (written.length === 0) return undefined;
  return {
    file,
    text,
    versions: written.map(({ version }) => version),
    // A lockfile that was behind is brought up to date too: npm would do the same.
    edited: (to) => written.reduce((now, { place, version }) => setVersion(file, now, place, version, to), text),
  };
}

/** Those beside the package, and, where it is a workspace, those of the folders above it in its repository. */
function npmLockfiles(folder: string): { file: string; places: string[][] }[] {
  const own = ['package-lock.json', 'npm-shrinkwrap.json'].map((name) => ({
    file: path.join(folder, name),
    places: [['version'], ['packages', '', 'version']],
  }));
  const above = foldersAbove(folder).map((at) => {
    const place = path.relative(at, folder).split(path.sep).join('/');
    return { file: path.join(at, 'package-lock.json'), places: [['packages', place, 'version']] };
  });
  return [...own, ...above];
}

async function apply(manifest: Manifest, intended: Intention, context: ActionContext): Promise<boolean> {
  // All of them are worked out before the first is written: where one cannot be changed, none is.
  const edits = (await versionFiles(manifest, intended)).flatMap(({ file, text, edited }) => {
    const next = edited(intended.version);
    return next === text ? [] : [{ file, next }];
  });
  for (const { file, next } of edits) await replaceOwn(context, file, next);
  return edits.length > 0;
}

async function bumped(manifest: Manifest, intended: Intention, changed: boolean): Promise<Bumped> {
  const files = (await versionFiles(manifest, intended)).map(({ file }) => file);
  return {
    package: manifest.package,
    old: intended.old,
    version: intended.version,
    file: manifest.file,
    files,
    ecosystem: manifest.ecosystem,
    changed,
  };
}

async function findIntention(settings: Bump, context: ActionContext): Promise<Intention | undefined> {
  for (const key of [context.key, ...context.earlierKeys]) {
    const text = await readFile(intentionFile(key, context), 'utf8').catch(() => undefined);
    const found = text === undefined ? undefined : intention.parse(JSON.parse(text));
    if (found?.settings === digest(settings)) return found;
  }
  return undefined;
}

async function keepIntention(intended: Intention, settings: Bump, context: ActionContext): Promise<void> {
  const file = intentionFile(context.key, context);
  await mkdir(path.dirname(file), { recursive: true });
  await replaceFile(file, JSON.stringify({ ...intended, settings: digest(settings) }));
}

function intentionFile(key: string, { services }: ActionContext): string {
  return path.join(
    services.config.workDirectory,
    'version-bumps',
    `${createHash('sha256').update(key).digest('hex')}.json`,
  );
}

function digest(settings: Bump): string {
  const { directory, ecosystem, level, to, prerelease } = settings;
  // Not "from": when a step is repeated, what was read before it is already the new version.
  const parts = [path.resolve(directory), ecosystem, level, to, prerelease];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

function changedSince(manifest: Manifest, expected: string): Error {
  return fail(
    'conflict',
    'version.changed',
    `${manifest.file} has version ${manifest.version} where ${expected} was expected: somebody has changed it meanwhile. ` +
      'Look at it, and start again from the version that is meant.',
    { data: { found: manifest.version, expected } },
  );
}
