import path from 'node:path';
import { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import { commitsBetween, isShallow, lastTag, usualPrefixes, versionTags } from '../git/history.ts';
import { addSection, entriesFor, findSection, renderEntries, type Section } from '../project/changelog.ts';
import { levelFor, parseChange, type ConventionalChange } from '../project/conventional.ts';
import { readManifest, type Manifest } from '../project/manifest.ts';
import { replaceOwn } from '../project/own-changes.ts';
import { withoutReverted } from '../project/reverts.ts';
import { readText } from '../project/read-text.ts';
import { defineAction, type ActionContext } from './action.ts';

const folder = z.string().meta({ description: 'The folder of the package.' });
const versionText = z.string().min(1);
const file = z.string().default('CHANGELOG.md').meta({ description: 'Within the folder.' });

const input = z.strictObject({
  directory: folder,
  version: versionText,
  since: z.string().optional().meta({ description: 'The tag after which the changes count; by default the last one.' }),
  tag: z
    .string()
    .optional()
    .meta({ description: 'What this version will be tagged as; by default v and the version.' }),
  tags: z.string().optional().meta({
    description:
      'Which tags are those of versions; by default v1.2.3, 1.2.3 and name@1.2.3, and for a final version none of a pre-release.',
  }),
  file,
  repository: z
    .string()
    .optional()
    .meta({ description: 'For links; by default what the manifest says, none when it is empty.' }),
});
type Input = z.infer<typeof input>;
const output = z.object({
  file: z.string(),
  version: z.string(),
  date: z.string(),
  section: z.string().meta({ description: 'The version’s section as it stands in the file, without its heading.' }),
  since: z.string().meta({ description: 'Empty when there was no tag before.' }),
  count: z.int().meta({ description: 'Commits since then.' }),
  level: z.enum(['major', 'minor', 'patch', 'none']).meta({ description: 'What the commits call for by semver.' }),
  breaking: z.array(z.string()),
  added: z.array(z.string()),
  fixed: z.array(z.string()),
  changed: z.boolean().meta({ description: 'False when the section was there already.' }),
});
type Output = z.infer<typeof output>;

/** Writes the version's section into the changelog, from the commits. A section that is there is left as it is. */
export const changelogGenerate = defineAction<Input, Output>({
  name: 'changelog.generate',
  summary: 'Writes the changelog section of a version from the commits since the last tag.',
  effect: 'write',
  input,
  output,
  touches: { paths: ['directory'], programs: ['git'] },

  async run(settings, context) {
    const { result, path: target, text, before } = await prepare(settings, context);
    if (text !== before) await replaceOwn(context, target, text);
    return result;
  },
  async verify(settings, context) {
    const { result, path: target, before } = await prepare(settings, context);
    const there = before !== undefined && findSection(before, settings.version) !== undefined;
    return there ? { is: 'done', result: { ...result, file: target } } : { is: 'not-done' };
  },
  async preview(settings, context) {
    return (await prepare(settings, context)).result;
  },
});

async function prepare(
  settings: Input,
  context: ActionContext,
): Promise<{ result: Output; path: string; text: string; before: string | undefined }> {
  const { directory, version, tag = `v${version}` } = settings;
  const target = fileWithin(directory, settings.file);
  const before = await readText(target);
  const manifest = await readManifest(directory).catch(() => undefined);
  const since = settings.since ?? (await tagBefore(settings, tag, manifest, context)) ?? '';
  const written = before === undefined ? undefined : findSection(before, version);
  if (since === '' && !written && (await isShallow(context, directory))) throw shallow(directory);
  const commits = await commitsBetween(context, directory, { from: since || undefined, to: 'HEAD', paths: ['.'] });
  const read = commits.map(({ hash, subject, body }) => ({ hash, body, change: parseChange(subject, body) }));
  const changes = withoutReverted(read).map(({ change }) => change);
  const repository = settings.repository ?? manifest?.repository ?? '';
  const entries = entriesFor(changes, repository.replace(/\/$/, ''));
  const date = new Date(context.run.startedAt).toISOString().slice(0, 10);
  const text = addSection(before, { version, date, entries, repository, tag, previousTag: since });
  const section: Section = findSection(text, version) ?? { version, date, body: renderEntries(entries) };
  const told = (wanted: (change: ConventionalChange) => boolean) =>
    changes.filter(wanted).map(({ description }) => description);
  const result = {
    file: target,
    version,
    date: section.date,
    section: section.body,
    since,
    count: commits.length,
    level: levelFor(changes),
    breaking: told(({ breaking }) => breaking),
    added: told(({ type }) => type === 'feat'),
    fixed: told(({ type }) => type === 'fix'),
    changed: text !== before,
  };
  return { result, path: target, text, before };
}

/** The tag after which the changes count. The version's own is left out: a repeated step sees what it saw the first time. */
async function tagBefore(
  { directory, tags, version }: Input,
  own: string,
  manifest: Manifest | undefined,
  context: ActionContext,
): Promise<string | undefined> {
  const last = async (match: string[], exclude: string[]) =>
    (await lastTag(context, directory, 'HEAD', { match, exclude: [own, ...exclude] }))?.tag;
  if (tags !== undefined) return last([tags], []);
  // Who had the last final version gets all that came since, also what the pre-releases brought.
  const isFinal = /^v?\d+(?:\.\d+)*(?:\+.*)?$/.test(version);
  const usual = usualPrefixes(manifest?.package);
  const prefix = own.endsWith(version) ? own.slice(0, -version.length) : '';
  // A prefix of its own says which of several packages is meant: what is tagged otherwise may be of another one.
  const groups = usual.includes(prefix) ? [usual] : [[prefix], usual];
  for (const group of groups) {
    const { match, exclude } = versionTags(group, isFinal);
    const found = await last(match, exclude);
    if (found !== undefined) return found;
  }
  return undefined;
}

function shallow(directory: string): Error {
  return fail(
    'invalid',
    'changelog.shallow',
    `${directory} was cloned without its history, so nobody can say what has changed since the last version. ` +
      'Fetch it (git fetch --unshallow --tags), and go on where it stopped.',
  );
}

const readInput = z.strictObject({
  directory: folder,
  version: versionText.meta({ description: 'A version, or Unreleased.' }),
  file,
});
const readOutput = z.object({
  version: z.string(),
  date: z.string().meta({ description: 'Empty when the heading has none.' }),
  section: z.string().meta({ description: 'Markdown, without the heading.' }),
});

/** Reads a section back, as it is after a person may have edited it. */
export const changelogRead = defineAction<z.infer<typeof readInput>, z.infer<typeof readOutput>>({
  name: 'changelog.read',
  summary: 'Reads the changelog section of a version.',
  effect: 'read',
  input: readInput,
  output: readOutput,
  touches: { paths: ['directory'] },
  async run(settings) {
    const target = fileWithin(settings.directory, settings.file);
    const section = findSection((await readText(target)) ?? '', settings.version);
    if (section) return { version: section.version, date: section.date, section: section.body };
    throw fail(
      'not-found',
      'changelog.no_section',
      `${target} has no section for ${settings.version}. Write one, or let changelog.generate do it.`,
    );
  },
});

function fileWithin(directory: string, name: string): string {
  const target = path.resolve(directory, name);
  const inside = path.relative(path.resolve(directory), target);
  if (inside !== '' && !inside.startsWith('..') && !path.isAbsolute(inside)) return target;
  throw fail('invalid', 'changelog.outside', `"${name}" is not a file within ${directory}.`);
}
