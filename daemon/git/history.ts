import type { ActionContext } from '../actions/action.ts';
import { commitOf, git, gitText } from './command.ts';

type Caller = Pick<ActionContext, 'services' | 'signal' | 'log'>;

export interface Commit {
  hash: string;
  author: string;
  /** ISO 8601. */
  date: string;
  subject: string;
  body: string;
}

/** Between two fields, and between two commits: no message holds these. */
const [FIELD, RECORD] = ['\x1f', '\x1e'];
const FORMAT = ['%H', '%an', '%aI', '%s', '%b'].join('%x1f') + '%x1e';

/** The commits of `to` that are not in `from`, the newest first, merges left out. An empty repository has none. */
export async function commitsBetween(
  context: Caller,
  directory: string,
  range: { from?: string | undefined; to: string; limit?: number; paths?: readonly string[] },
): Promise<Commit[]> {
  const { from, to, limit, paths = [] } = range;
  const text = await gitText(
    context,
    directory,
    [
      'log',
      '--no-merges',
      '--no-show-signature',
      `--format=${FORMAT}`,
      ...(limit === undefined ? [] : [`--max-count=${limit}`]),
      '--end-of-options',
      from === undefined ? to : `${from}..${to}`,
      '--',
      ...paths,
    ],
    { keepBytes: 64 * 1024 * 1024 },
  );
  const records = text.split(RECORD).map((record) => record.replace(/^\r?\n/, ''));
  return records.filter((record) => record.includes(FIELD)).map(commitFrom);
}

function commitFrom(record: string): Commit {
  const [hash = '', author = '', date = '', subject = '', body = ''] = record.split(FIELD);
  return { hash, author, date, subject, body: body.trim() };
}

/** Those of the commits that HEAD holds; what is not known here it does not hold. */
export async function heldByHead(context: Caller, directory: string, commits: readonly string[]): Promise<Set<string>> {
  if ((await commitOf(context, directory, 'HEAD')) === undefined) return new Set();
  const list = { keepBytes: 64 * 1024 * 1024 };
  const known = await gitText(context, directory, ['cat-file', '--batch-check=%(objectname)'], {
    input: `${commits.join('\n')}\n`,
    ...list,
  });
  const here = known.split('\n').filter((line) => /^[0-9a-f]+$/.test(line));
  if (here.length === 0) return new Set();
  const input = `${here.join('\n')}\n`;
  const beyond = await gitText(context, directory, ['rev-list', '--stdin', '^HEAD'], { input, ...list });
  return new Set(here).difference(new Set(beyond.split('\n')));
}

/** One of them is enough. */
type Globs = string | readonly string[] | undefined;
const globs = (given: Globs): readonly string[] => (given === undefined ? [] : [given].flat());

/** What stands before a version in tags as people write them: v1.2.3, 1.2.3, and with the package's name where there are several. */
export function usualPrefixes(name: string | undefined): string[] {
  return ['v', '', ...(name === undefined ? [] : [`${name}@`, `${name}@v`])];
}

/** The tags of versions with these prefixes; `final` leaves out what was tried before one (2.0.0-rc.1, in Python 2.0.0rc1). */
export function versionTags(prefixes: readonly string[], final: boolean): { match: string[]; exclude: string[] } {
  const tried = ['-', 'a[0-9]', 'b[0-9]', 'rc[0-9]'];
  return {
    // Without a dot it is none of a version: v1 is moved along to whatever is the latest of its kind.
    match: prefixes.map((prefix) => `${prefix}[0-9]*.[0-9]*`),
    exclude: final ? prefixes.flatMap((prefix) => tried.map((word) => `${prefix}[0-9]*${word}*`)) : [],
  };
}

/** Whether it was cloned without all of its history (`git clone --depth`). */
export async function isShallow(context: Caller, directory: string): Promise<boolean> {
  return (await gitText(context, directory, ['rev-parse', '--is-shallow-repository'])) === 'true';
}

/** The newest tag that the commit holds, or undefined when it holds none. `match` and `exclude` are globs such as `v*`. */
export async function lastTag(
  context: Caller,
  directory: string,
  commit: string,
  { match, exclude }: { match?: Globs; exclude?: Globs } = {},
): Promise<{ tag: string; distance: number } | undefined> {
  const { exitCode, stdout, stderr } = await git(
    context,
    directory,
    [
      'describe',
      '--tags',
      '--long',
      '--abbrev=40',
      ...globs(match).map((glob) => `--match=${glob}`),
      ...globs(exclude).map((glob) => `--exclude=${glob}`),
      commit,
    ],
    { answers: [128] },
  );
  if (exitCode !== 0) {
    if (/No names found|No tags can describe|cannot describe/.test(stderr)) return undefined;
    // Asked again in a way in which nothing but the real trouble can fail.
    await git(context, directory, ['rev-parse', '--verify', `${commit}^{commit}`]);
    return undefined;
  }
  const parts = /^(.+)-(\d+)-g[0-9a-f]+$/.exec(stdout.trim());
  return parts ? { tag: parts[1] ?? '', distance: Number(parts[2]) } : undefined;
}
