import path from 'node:path';
import { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import { gitText } from '../git/command.ts';
import { ownStanding, putBackOwn } from '../project/own-changes.ts';
import { defineAction, type ActionContext } from './action.ts';

const input = z.strictObject({
  directory: z.string().meta({ description: 'A folder in the repository.' }),
  files: z.array(z.string().min(1)).meta({ description: 'Within the folder, or by their whole path.' }),
});
type Input = z.infer<typeof input>;
const output = z.object({ files: z.array(z.string()).meta({ description: 'Those that are as they were again.' }) });

/**
 * The way back from what a run writes into a checkout: each file to the byte as the run found it, one that it has made is gone.
 * What somebody has changed or committed since is theirs and stays. Throws `git.changed_since`.
 */
export const gitTakeBack = defineAction<Input, z.infer<typeof output>>({
  name: 'git.take_back',
  summary: 'Puts files back as they were before this run wrote them, but for those that somebody changed since.',
  effect: 'write',
  input,
  output,
  // It reaches no file but those that the run has written already.
  touches: { paths: ['directory'], programs: ['git'] },

  async run(settings, context) {
    const { back, theirs, before } = await look(settings, context);
    for (const file of back) await putBackOwn(context, file);
    if (theirs.length > 0) throw changedSince(theirs, settings.directory);
    return { files: [...before, ...back] };
  },

  async verify(settings, context) {
    const { back, theirs, before } = await look(settings, context);
    return back.length + theirs.length === 0 ? { is: 'done', result: { files: before } } : { is: 'not-done' };
  },

  async preview(settings, context) {
    const { back } = await look(settings, context);
    return { files: back };
  },
});

/** Which files are still to be put back, which are somebody's by now, and which are as they were. */
async function look(
  { directory, files }: Input,
  context: ActionContext,
): Promise<Record<'back' | 'theirs' | 'before', string[]>> {
  const found: Record<'back' | 'theirs' | 'before', string[]> = { back: [], theirs: [], before: [] };
  for (const file of files.map((name) => path.resolve(directory, name))) {
    const standing = await ownStanding(context, file);
    if (standing === 'before') found.before.push(file);
    else if (standing === 'own' && (await isUncommitted(file, directory, context))) found.back.push(file);
    else found.theirs.push(file);
  }
  return found;
}

/** A commit that holds what was written is not undone behind its back. */
async function isUncommitted(file: string, directory: string, context: ActionContext): Promise<boolean> {
  const args = ['status', '--porcelain', '--ignored', '--untracked-files=all', '--', `:(literal)${file}`];
  return (await gitText(context, directory, args)) !== '';
}

function changedSince(files: readonly string[], directory: string): Error {
  const names = files.map((file) => path.relative(directory, file)).join(', ');
  return fail(
    'conflict',
    'git.changed_since',
    `${names} was changed or committed after this run wrote it, so it stays as it is. Look at it (git status, git diff HEAD), ` +
      'and undo or commit what is in it.',
    { data: { files: [...files] } },
  );
}
