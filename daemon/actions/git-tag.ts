import { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import { commitOf, git, gitText } from '../git/command.ts';
import { author, identityEnvironment } from '../git/identity.ts';
import { defineAction, type ActionContext } from './action.ts';

const input = z.strictObject({
  directory: z.string(),
  name: z.string().regex(/^(?!-)[^\s~^:?*[\\]+$/, 'is no name of a tag'),
  message: z.string().trim().min(1).meta({ description: 'The notes of an annotated tag.' }),
  commit: z.string().default('HEAD'),
  author,
});
type Input = z.infer<typeof input>;
const output = z.object({
  tag: z.string(),
  commit: z.string(),
  created: z.boolean().meta({ description: 'False when the same tag was there already.' }),
});

/** An annotated tag. One that is there at the same commit is left as it is; one elsewhere is never moved. */
export const gitTag = defineAction<Input, z.infer<typeof output>>({
  name: 'git.tag',
  summary: 'Makes an annotated tag with the notes as its message.',
  effect: 'write',
  input,
  output,
  touches: { paths: ['directory'], programs: ['git'] },

  async run(settings, context) {
    const { directory, name, message } = settings;
    const { wanted, standing } = await compare(settings, context);
    if (standing === wanted) return { tag: name, commit: wanted, created: false };
    if (standing !== undefined) throw taken(name, standing, wanted);
    // Markdown in the notes keeps its headings: git would take a line that begins with # for a comment.
    await git(context, directory, ['tag', '--annotate', '--cleanup=whitespace', '--file=-', name, wanted], {
      input: `${message}\n`,
      env: await identityEnvironment(context, directory, settings.author),
    });
    return { tag: name, commit: wanted, created: true };
  },

  async verify(settings, context) {
    const { wanted, standing } = await compare(settings, context);
    if (standing !== wanted) return { is: 'not-done' };
    return { is: 'done', result: { tag: settings.name, commit: wanted, created: false } };
  },

  async preview(settings, context) {
    const { wanted, standing } = await compare(settings, context);
    if (standing !== undefined && standing !== wanted) throw taken(settings.name, standing, wanted);
    return { tag: settings.name, commit: wanted, created: standing === undefined };
  },
});

async function compare(
  { directory, name, commit }: Input,
  context: ActionContext,
): Promise<{ wanted: string; standing: string | undefined }> {
  const wanted = await commitOf(context, directory, commit);
  if (wanted === undefined) {
    // Says whether it is the repository or the commit that is not there.
    await gitText(context, directory, ['rev-parse', '--git-dir']);
    throw fail('not-found', 'git.unknown_name', `There is no commit "${commit}" in ${directory} to tag.`);
  }
  return { wanted, standing: await commitOf(context, directory, `refs/tags/${name}`) };
}

function taken(name: string, standing: string, wanted: string): Error {
  return fail(
    'conflict',
    'git.tag_taken',
    `The tag ${name} is there already, at ${standing.slice(0, 10)} and not at ${wanted.slice(0, 10)}. ` +
      'A released tag is never moved: choose another version, or remove the tag if it was never pushed (git tag -d).',
    { data: { tag: name, standing, wanted } },
  );
}
