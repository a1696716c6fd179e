import { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import { githubClient, lookUp, parseRepository, talk, type GithubClient } from '../github/client.ts';
import { readToken, repository, writeToken } from '../github/settings.ts';
import { defineAction, type ActionContext } from './action.ts';

const path = z.string().min(1).meta({ description: 'The file, from the top of the repository.' });

const readInput = z.strictObject({
  repository,
  token: readToken,
  path,
  ref: z.string().optional().meta({ description: 'The branch, tag or commit; the default branch when left out.' }),
});
const readOutput = z.object({ found: z.boolean(), path: z.string(), text: z.string(), sha: z.string().nullable() });

export const githubReadFile = defineAction<z.infer<typeof readInput>, z.infer<typeof readOutput>>({
  name: 'github.read_file',
  summary: 'Reads a text file of a repository on GitHub.',
  effect: 'read',
  taints: true,
  input: readInput,
  output: readOutput,
  async run(input, context) {
    const client = githubClient(context, input.token);
    const file = await fileAt(client, input, context);
    if (!file) return { found: false, path: input.path, text: '', sha: null };
    return { found: true, path: input.path, text: file.text, sha: file.sha };
  },
});

const writeInput = z.strictObject({
  repository,
  token: writeToken('contents: write'),
  path,
  text: z.string(),
  branch: z.string().min(1),
  message: z.string().min(1).meta({ description: 'The message of the commit.' }),
});
type WriteInput = z.infer<typeof writeInput>;
const writeOutput = z.object({
  path: z.string(),
  branch: z.string(),
  commit: z.string().nullable().meta({ description: 'Null when the file was so already.' }),
  already: z.boolean(),
});

/** The file as it was read is what is replaced: a commit that came in between is a conflict, never overwritten. */
export const githubWriteFile = defineAction<WriteInput, z.infer<typeof writeOutput>>({
  name: 'github.write_file',
  summary: 'Commits one text file to a branch on GitHub.',
  effect: 'write',
  input: writeInput,
  output: writeOutput,
  async run(input, context) {
    const client = githubClient(context, input.token);
    const before = await fileAt(client, { ...input, ref: input.branch }, context);
    if (before?.text === input.text) return { path: input.path, branch: input.branch, commit: null, already: true };
    const { data } = await talk(context, () =>
      client.rest.repos.createOrUpdateFileContents({
        ...parseRepository(input.repository),
        path: input.path,
        branch: input.branch,
        message: input.message,
        content: Buffer.from(input.text).toString('base64'),
        ...(before ? { sha: before.sha } : {}),
      }),
    );
    return { path: input.path, branch: input.branch, commit: data.commit.sha ?? null, already: false };
  },
  async verify(input, context) {
    try {
      const now = await fileAt(githubClient(context, input.token), { ...input, ref: input.branch }, context);
      if (now?.text !== input.text) return { is: 'not-done' };
      return { is: 'done', result: { path: input.path, branch: input.branch, commit: null, already: true } };
    } catch (error) {
      return { is: 'unsure', why: error instanceof Error ? error.message : String(error) };
    }
  },
});

async function fileAt(
  client: GithubClient,
  file: { repository: string; path: string; ref?: string | undefined },
  context: ActionContext,
): Promise<{ text: string; sha: string } | undefined> {
  const data = await lookUp(context, () =>
    client.rest.repos.getContent({
      ...parseRepository(file.repository),
      path: file.path,
      ...(file.ref === undefined ? {} : { ref: file.ref }),
    }),
  );
  if (data === undefined) return undefined;
  if (Array.isArray(data) || data.type !== 'file') {
    throw fail('invalid', 'github.no_file', `${file.path} is no file in ${file.repository}.`);
  }
  if (data.encoding !== 'base64') {
    throw fail('invalid', 'github.large_file', `${file.path} is larger than GitHub gives in one piece (1 MB).`);
  }
  return { text: Buffer.from(data.content, 'base64').toString('utf8'), sha: data.sha };
}
