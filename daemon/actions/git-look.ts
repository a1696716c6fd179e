import path from 'node:path';
import { z } from 'zod';
import { commitOf, git, gitText } from '../git/command.ts';
import { commitsBetween, heldByHead, lastTag } from '../git/history.ts';
import { remoteRefs } from '../git/remote.ts';
import { levelFor, parseChange } from '../project/conventional.ts';
import { fail } from '../../shared/failure.ts';
import { isOwnChange } from '../project/own-changes.ts';
import { defineAction, type ActionContext } from './action.ts';

const folder = z.string().meta({ description: 'A folder in the repository.' });

const statusInput = z.strictObject({ directory: folder });
const statusOutput = z.object({
  branch: z.string().meta({ description: 'Empty when no branch is checked out.' }),
  commit: z.string().meta({ description: 'Empty before the first commit.' }),
  clean: z.boolean().meta({
    description:
      'Nothing is changed, staged or untracked, but for what this run wrote itself before a part of it was repeated.',
  }),
  changed: z.array(
    z.object({
      path: z.string(),
      state: z.enum(['changed', 'untracked', 'conflict']),
      own: z.boolean().optional().meta({ description: 'As this run left it before a part of it was repeated.' }),
    }),
  ),
  upstream: z.string().meta({ description: 'Empty when the branch follows none.' }),
  ahead: z.int(),
  behind: z.int(),
});

type Status = z.infer<typeof statusOutput>;

/** The work tree and where it stands, without touching anything. */
export const gitStatus = defineAction<z.infer<typeof statusInput>, Status>({
  name: 'git.status',
  summary: 'Reads which branch is checked out and whether the work tree is clean.',
  effect: 'read',
  input: statusInput,
  output: statusOutput,
  touches: { paths: ['directory'], programs: ['git'] },
  async run({ directory }, context) {
    const args = ['status', '--porcelain=v2', '--branch', '-z', '--untracked-files=normal'];
    const status = parseStatus((await git(context, directory, args, { keepBytes: 16 * 1024 * 1024 })).stdout);
    return status.clean ? status : withOwn(status, directory, context);
  },
});

/** Tells what the run itself has left from what somebody else has. */
async function withOwn(status: Status, directory: string, context: ActionContext): Promise<Status> {
  const top = await gitText(context, directory, ['rev-parse', '--show-toplevel']);
  const changed = [];
  for (const one of status.changed) {
    const files = one.path.endsWith('/') ? await untrackedIn(one.path, top, context) : [one.path];
    const owned = await Promise.all(files.map((file) => isOwnChange(context, path.join(top, file))));
    const own = one.state !== 'conflict' && owned.length > 0 && owned.every(Boolean);
    changed.push(own ? { ...one, own } : one);
  }
  return { ...status, changed, clean: changed.every(({ own }) => own) };
}

/** The files of a folder that git shows as one, because it knows nothing in it. */
async function untrackedIn(where: string, top: string, context: ActionContext): Promise<string[]> {
  const args = ['ls-files', '--others', '--exclude-standard', '-z', '--', `:(literal)${where}`];
  return (await gitText(context, top, args)).split('\0').filter((file) => file !== '');
}

/** Reads `git status --porcelain=v2 --branch -z` (git-status(1)). */
export function parseStatus(text: string): Status {
  const head = new Map<string, string>();
  const changed: Status['changed'] = [];
  const records = text.split('\0');
  for (let index = 0; index < records.length; index++) {
    const record = records[index] ?? '';
    const kind = record[0];
    if (kind === '#') head.set(record.split(' ')[1] ?? '', record.split(' ').slice(2).join(' '));
    else if (kind === '?') changed.push({ path: record.slice(2), state: 'untracked' });
    else if (kind === '1') changed.push({ path: record.split(' ').slice(8).join(' '), state: 'changed' });
    else if (kind === 'u') changed.push({ path: record.split(' ').slice(10).join(' '), state: 'conflict' });
    else if (kind === '2') {
      changed.push({ path: record.split(' ').slice(9).join(' '), state: 'changed' });
      index++; // Its old name follows as a record of its own.
    }
  }
  const [, ahead = '0', behind = '0'] = /^\+(\d+) -(\d+)$/.exec(head.get('branch.ab') ?? '') ?? [];
  const [branch, commit] = [head.get('branch.head') ?? '', head.get('branch.oid') ?? ''];
  return {
    branch: branch === '(detached)' ? '' : branch,
    commit: commit === '(initial)' ? '' : commit,
    clean: changed.length === 0,
    changed,
    upstream: head.get('branch.upstream') ?? '',
    ahead: Number(ahead),
    behind: Number(behind),
  };
}

const logInput = z.strictObject({
  directory: folder,
  from: z.string().optional().meta({ description: 'After this tag or commit; by default after the last tag, or all.' }),
  to: z.string().default('HEAD'),
  tags: z.string().optional().meta({ description: 'Which tags count as the last one, such as "v*".' }),
  paths: z.array(z.string()).default([]).meta({ description: 'Only commits that touch these.' }),
  limit: z.int().min(1).max(10_000).default(1000),
});
const logOutput = z.object({
  from: z.string().meta({ description: 'Empty when the range begins with the first commit.' }),
  to: z.string(),
  count: z.int(),
  level: z.enum(['major', 'minor', 'patch', 'none']).meta({ description: 'What the conventional commits call for.' }),
  commits: z.array(
    z.object({
      hash: z.string(),
      author: z.string(),
      date: z.string(),
      subject: z.string(),
      body: z.string(),
      type: z.string(),
      scope: z.string(),
      description: z.string(),
      breaking: z.boolean(),
      pull_request: z.int().meta({ description: '0 when it names none.' }),
    }),
  ),
});

/** Commits with what their messages say as conventional commits. */
export const gitLog = defineAction<z.infer<typeof logInput>, z.infer<typeof logOutput>>({
  name: 'git.log',
  summary: 'Lists the commits since the last tag, read as conventional commits.',
  effect: 'read',
  input: logInput,
  output: logOutput,
  touches: { paths: ['directory'], programs: ['git'] },
  async run({ directory, from, to, tags, paths, limit }, context) {
    const start = from ?? (await lastTag(context, directory, to, { match: tags }))?.tag;
    const commits = await commitsBetween(context, directory, { from: start, to, limit, paths });
    const changes = commits.map(({ subject, body }) => parseChange(subject, body));
    return {
      from: start ?? '',
      to,
      count: commits.length,
      level: levelFor(changes),
      commits: commits.map((commit, index) => {
        const { type, scope, description, breaking, pullRequest } = changes[index] ?? parseChange('', '');
        return { ...commit, type, scope, description, breaking, pull_request: pullRequest };
      }),
    };
  },
});

const describeInput = z.strictObject({
  directory: folder,
  commit: z.string().default('HEAD'),
  tags: z.string().optional().meta({ description: 'Only tags like this, such as "v*".' }),
});
const describeOutput = z.object({
  tag: z.string().meta({ description: 'The newest tag that the commit holds; empty when it holds none.' }),
  distance: z.int().meta({ description: 'Commits since that tag.' }),
  commit: z.string(),
});

/** The last tag, and how far the commit is from it. */
export const gitDescribe = defineAction<z.infer<typeof describeInput>, z.infer<typeof describeOutput>>({
  name: 'git.describe',
  summary: 'Finds the last tag before a commit.',
  effect: 'read',
  input: describeInput,
  output: describeOutput,
  touches: { paths: ['directory'], programs: ['git'] },
  async run({ directory, commit, tags }, context) {
    const hash = await commitOf(context, directory, commit);
    if (hash === undefined) {
      throw fail('not-found', 'git.unknown_name', `There is no commit "${commit}" in ${directory}.`);
    }
    const found = await lastTag(context, directory, hash, { match: tags });
    const distance = found?.distance ?? Number(await gitText(context, directory, ['rev-list', '--count', hash]));
    return { tag: found?.tag ?? '', distance, commit: hash };
  },
});

const refsInput = z.strictObject({
  directory: folder,
  remote: z.string().default('origin'),
  patterns: z.array(z.string()).default([]).meta({ description: 'Only refs like these, such as "refs/tags/v1*".' }),
  token: z.string().optional(),
  user: z.string().optional(),
});
const refsOutput = z.object({
  remote: z.string(),
  count: z.int(),
  refs: z.array(
    z.object({
      name: z.string(),
      commit: z.string().meta({ description: 'Of an annotated tag the commit it is of.' }),
      held: z.boolean().meta({ description: 'It is part of what is checked out.' }),
    }),
  ),
});

/** What the remote has. That it answers at all shows that it is reachable. */
export const gitRemoteRefs = defineAction<z.infer<typeof refsInput>, z.infer<typeof refsOutput>>({
  name: 'git.remote_refs',
  summary: 'Asks the remote which branches and tags it has, which also shows that it can be reached.',
  effect: 'read',
  input: refsInput,
  output: refsOutput,
  touches: { paths: ['directory'], hosts: ['remote'], programs: ['git'] },
  async run({ directory, remote, patterns, token, user }, context) {
    const found = await remoteRefs(context, directory, remote, { token, user }, patterns);
    const names = [...found.keys()].filter((name) => !name.endsWith('^{}'));
    const commits = names.map((name) => ({ name, commit: found.get(`${name}^{}`) ?? found.get(name) ?? '' }));
    const held = await heldByHead(
      context,
      directory,
      commits.map(({ commit }) => commit),
    );
    const refs = commits.map((ref) => ({ ...ref, held: held.has(ref.commit) }));
    return { remote, count: refs.length, refs };
  },
});
