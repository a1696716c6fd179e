import { z } from 'zod';
import { toFailure } from '../../shared/failure.ts';
import { commitOf, git, gitText } from '../git/command.ts';
import { author, identityEnvironment } from '../git/identity.ts';
import { defineAction, type ActionContext, type Verdict } from './action.ts';

const input = z.strictObject({
  directory: z.string(),
  paths: z
    .array(z.string().min(1))
    .min(1)
    .meta({ description: 'What is committed, and nothing else: files and folders, also removed ones.' }),
  message: z.string().trim().min(1),
  author,
});
type Input = z.infer<typeof input>;
const output = z.object({
  commit: z.string(),
  branch: z.string().meta({ description: 'Empty when no branch is checked out.' }),
  subject: z.string(),
  created: z
    .boolean()
    .meta({ description: 'False when nothing had changed, or an earlier try of this step had committed it.' }),
  own: z.boolean().default(false).meta({ description: 'This step has made it, now or in an earlier try.' }),
});
type Output = z.infer<typeof output>;

/** Carries the step's key in the commit itself, so that any later try, on any machine, finds it. */
const TRAILER = 'Stagebook-Key';

/** Commits the named paths. A repeated try finds its own commit by the trailer and makes no second one. */
export const gitCommit = defineAction<Input, Output>({
  name: 'git.commit',
  summary: 'Commits the named files on the branch that is checked out.',
  effect: 'write',
  input,
  output,
  touches: { paths: ['directory'], programs: ['git'] },

  async run(settings, context) {
    const { directory, message } = settings;
    const before = await committed(settings, context);
    if (before !== undefined) return outcome(directory, before, { created: false, own: true }, context);
    const env = await identityEnvironment(context, directory, settings.author);
    const created = await stagedMeanwhile(settings, context, async () => {
      if (!(await differs(settings, context))) return false;
      const only = (await stagedElsewhere(settings, context)) ? ['--', ...settings.paths] : [];
      // Markdown in the message keeps its headings: git would take a line that begins with # for a comment.
      await git(context, directory, ['commit', '--cleanup=whitespace', '--file=-', ...only], {
        input: withTrailer(message, context.key),
        env,
        live: true,
      });
      return true;
    });
    if (!created) context.log('Nothing has changed, so there is nothing to commit.');
    const head = (await commitOf(context, directory, 'HEAD')) ?? '';
    return outcome(directory, head, { created, own: created }, context);
  },

  async verify(settings, context): Promise<Verdict<Output>> {
    const commit = await committed(settings, context);
    if (commit === undefined) return { is: 'not-done' };
    return { is: 'done', result: await outcome(settings.directory, commit, { created: false, own: true }, context) };
  },
});

/** The message with the key in its last paragraph, where git looks for trailers (git-interpret-trailers(1)). */
function withTrailer(message: string, key: string): string {
  const last = message
    .split(/\n{2,}/)
    .slice(1)
    .at(-1);
  const hasTrailers = last !== undefined && last.split('\n').every((line) => /^[A-Za-z][\w-]*: \S/.test(line));
  return `${message}${hasTrailers ? '\n' : '\n\n'}${TRAILER}: ${key}\n`;
}

/**
 * The commit of an earlier try, among those that the checked out one holds. One of an earlier epoch counts
 * only when it is about the same and is checked out still, with nothing changed in the paths: what somebody
 * has committed after it belongs to what is prepared now.
 */
async function committed(settings: Input, context: ActionContext): Promise<string | undefined> {
  const { directory, message } = settings;
  if ((await commitOf(context, directory, 'HEAD')) === undefined) return undefined;
  const own = await commitWithKey(directory, context.key, context);
  if (own !== undefined) return own;
  for (const key of context.earlierKeys) {
    const commit = await commitWithKey(directory, key, context);
    if (commit === undefined) continue;
    const subject = await gitText(context, directory, ['log', '-1', '--format=%s', commit]);
    const isLast = commit === (await commitOf(context, directory, 'HEAD'));
    if (isLast && subject === message.split('\n')[0] && !(await differs(settings, context))) return commit;
  }
  return undefined;
}

async function commitWithKey(directory: string, key: string, context: ActionContext): Promise<string | undefined> {
  const args = ['log', '-1', '--format=%H', '--fixed-strings', `--grep=${TRAILER}: ${key}`, 'HEAD'];
  return (await gitText(context, directory, args)) || undefined;
}

/** Whether the paths differ from the commit that is checked out. */
async function differs({ directory, paths }: Input, context: ActionContext): Promise<boolean> {
  return (await gitText(context, directory, ['status', '--porcelain', '--untracked-files=all', '--', ...paths])) !== '';
}

/**
 * Whether somebody has staged what is not in the paths. Only then are they named to git, which commits from an index of its
 * own for it: what a hook formats and adds there would be left as a change.
 */
async function stagedElsewhere({ directory, paths }: Input, context: ActionContext): Promise<boolean> {
  const staged = (...of: string[]) => gitText(context, directory, ['diff', '--cached', '--name-only', '-z', ...of]);
  return (await staged()) !== (await staged('--', ...paths));
}

/** Stages the paths for what commits them. A commit that a hook or a missing key refuses leaves nothing staged. */
async function stagedMeanwhile<T>(
  { directory, paths }: Input,
  context: ActionContext,
  commit: () => Promise<T>,
): Promise<T> {
  const before = await gitText(context, directory, ['write-tree']);
  try {
    await git(context, directory, ['add', '--all', '--', ...paths]);
    return await commit();
  } catch (error) {
    // Where nobody knows whether it was committed, the index may belong to the commit.
    if (!toFailure(error).unanswered) await git(context, directory, ['read-tree', before]);
    throw error;
  }
}

async function outcome(
  directory: string,
  commit: string,
  made: Pick<Output, 'created' | 'own'>,
  context: ActionContext,
): Promise<Output> {
  const branch = await gitText(context, directory, ['branch', '--show-current']);
  const subject = commit === '' ? '' : await gitText(context, directory, ['log', '-1', '--format=%s', commit]);
  return { commit, branch, subject, ...made };
}
