import { z } from 'zod';
import { commitOf, git } from '../git/command.ts';
import { differences } from '../openapi/differences.ts';
import { parseDocument, readDocument } from '../openapi/document.ts';
import { inside } from '../project/write-whole.ts';
import { defineAction, type ActionContext } from './action.ts';

const input = z.strictObject({
  directory: z.string(),
  file: z.string().default('openapi.json'),
  base: z.string().min(1).meta({ description: 'The branch, tag or commit that it is compared with.' }),
});
const difference = z.object({ where: z.string(), what: z.string() });
const output = z.object({
  found: z.boolean().meta({ description: 'Whether there was a document before; a first one breaks nothing.' }),
  compatible: z.boolean().meta({ description: 'Every call that worked works still.' }),
  breaking: z.array(difference),
  changes: z.array(difference).meta({ description: 'What breaks nothing.' }),
});

/** Looks at endpoints, parameters, bodies and answers; at what the schemas say, not at what the code does. */
export const openapiDiff = defineAction<z.infer<typeof input>, z.infer<typeof output>>({
  name: 'openapi.diff',
  summary: 'Compares an OpenAPI document with an earlier commit’s, and tells what breaks those who call the API.',
  effect: 'read',
  input,
  output,
  touches: { paths: ['directory'], programs: ['git'] },

  async run({ directory, file, base }, context) {
    const after = await readDocument(inside(directory, file));
    const text = await earlier(directory, file, base, context);
    if (text === undefined) return { found: false, compatible: true, breaking: [], changes: [] };
    const found = differences(parseDocument(text, `${file} of ${base}`), after);
    const [breaking, changes] = [true, false].map((wanted) =>
      found.filter((one) => one.breaking === wanted).map(({ where, what }) => ({ where, what })),
    );
    return { found: true, compatible: breaking!.length === 0, breaking: breaking!, changes: changes! };
  },
});

/** The file as that commit has it; undefined when it has none. */
async function earlier(directory: string, file: string, base: string, context: ActionContext) {
  const commit = await commitOf(context, directory, base);
  if (commit === undefined) {
    // The remote's branch does where nobody has checked it out.
    const remote = await commitOf(context, directory, `refs/remotes/origin/${base}`);
    return remote === undefined ? undefined : contentAt(directory, file, remote, context);
  }
  return contentAt(directory, file, commit, context);
}

async function contentAt(directory: string, file: string, commit: string, context: ActionContext) {
  const { exitCode, stdout } = await git(context, directory, ['show', `${commit}:./${file.replaceAll('\\', '/')}`], {
    answers: [128],
    keepBytes: 16 * 2 ** 20,
  });
  return exitCode === 0 ? stdout : undefined;
}
