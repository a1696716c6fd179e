import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { readManifest } from '../project/manifest.ts';
import { firstExample, updateVersion } from '../project/readme.ts';
import { ownStanding, replaceOwn } from '../project/own-changes.ts';
import { readText } from '../project/read-text.ts';
import { defineAction, type ActionContext } from './action.ts';

const folder = z.string().meta({ description: 'The folder of the package.' });

const updateInput = z.strictObject({
  directory: folder,
  old: z.string().min(1),
  version: z.string().min(1),
  package: z.string().optional().meta({ description: 'By default the name in the manifest.' }),
  files: z
    .array(z.string().min(1))
    .default(['README.md'])
    .meta({ description: 'Within the folder; those that are missing are passed over.' }),
});
type Update = z.infer<typeof updateInput>;
const updateOutput = z.object({
  files: z.array(z.string()).meta({ description: 'Those that were changed.' }),
  count: z.int().meta({ description: 'Mentions of the version that were changed.' }),
});

/** Brings badges and install lines up to the new version. Doing it again changes nothing. */
export const docsUpdateVersion = defineAction<Update, z.infer<typeof updateOutput>>({
  name: 'docs.update_version',
  summary: 'Writes the new version into the badges and install lines of the README.',
  effect: 'write',
  input: updateInput,
  output: updateOutput,
  touches: { paths: ['directory'] },

  async run(settings, context) {
    const edits = await findEdits(settings);
    const before = await changedBefore(settings, context);
    for (const { file, text } of edits) await replaceOwn(context, file, text);
    const { files, count } = summarize(edits);
    return { files: [...new Set([...before, ...files])], count };
  },
  async verify(settings, context) {
    // Once nothing names the old version any more, there is nothing left to do.
    const edits = await findEdits(settings);
    if (edits.length > 0) return { is: 'not-done' };
    return { is: 'done', result: { files: await changedBefore(settings, context), count: 0 } };
  },
  preview: async (settings) => summarize(await findEdits(settings)),
});

interface Edit {
  file: string;
  text: string;
  count: number;
}

async function findEdits({ directory, old, version, package: given, files }: Update): Promise<Edit[]> {
  const name = given ?? (await readManifest(directory)).package;
  const edits: Edit[] = [];
  for (const listed of files) {
    const file = await spelled(path.join(directory, listed));
    const before = await readIfThere(file);
    if (before === undefined) continue;
    const { count } = updateVersion(before, name, old, version);
    if (count === 0) continue;
    edits.push({ file, ...updateVersion((await readText(file)) ?? '', name, old, version) });
  }
  return edits;
}

/** Those that an earlier try has changed. */
async function changedBefore({ directory, files }: Update, context: ActionContext): Promise<string[]> {
  const found: string[] = [];
  for (const listed of files) {
    const file = await spelled(path.join(directory, listed));
    if ((await ownStanding(context, file)) === 'own') found.push(file);
  }
  return found;
}

function summarize(edits: readonly Edit[]): z.infer<typeof updateOutput> {
  return { files: edits.map(({ file }) => file), count: edits.reduce((sum, { count }) => sum + count, 0) };
}

const exampleInput = z.strictObject({ directory: folder, file: z.string().default('README.md') });
const exampleOutput = z.object({
  found: z.boolean(),
  language: z.enum(['node', 'python']),
  code: z.string().meta({ description: 'Empty when there is no such file, or no example in it that can be run.' }),
  line: z.int().meta({ description: 'Where it stands in the file; 0 without one.' }),
});

/** Finds the example that a reader tries first. */
export const docsReadmeExample = defineAction<z.infer<typeof exampleInput>, z.infer<typeof exampleOutput>>({
  name: 'docs.readme_example',
  summary: 'Finds the first example in JavaScript or Python in the README, for the sandbox to run.',
  effect: 'read',
  input: exampleInput,
  output: exampleOutput,
  touches: { paths: ['directory'] },
  async run({ directory, file }) {
    const text = await readIfThere(await spelled(path.join(directory, file)));
    // A package without a README promises nothing that could be tried.
    const example = text === undefined ? undefined : firstExample(text);
    return example ? { found: true, ...example } : { found: false, language: 'node', code: '', line: 0 };
  },
});

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Also `readme.md` where README.md is asked for. */
async function spelled(file: string): Promise<string> {
  const [above, name] = [path.dirname(file), path.basename(file)];
  const names = await readdir(above).catch((): string[] => []);
  const other = names.find((each) => each.toLowerCase() === name.toLowerCase());
  return names.includes(name) || other === undefined ? file : path.join(above, other);
}
