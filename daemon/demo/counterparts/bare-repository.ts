import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Reads (and where it says so, writes) a bare repository, as a hosting service does behind its API. */
export interface BareRepository {
  path: string;
  /** The object a revision names, or nothing. */
  resolve(revision: string): Promise<{ sha: string; type: 'commit' | 'tag' } | undefined>;
  /** The commits at the branch heads. */
  heads(): Promise<string[]>;
  annotatedTag(sha: string): Promise<{ tag: string; message: string; target: string }>;
  message(sha: string): Promise<string>;
  /** A file as a revision has it; undefined where it has none. */
  file(revision: string, path: string): Promise<{ text: string; sha: string } | undefined>;
  createTag(name: string, target: string): Promise<void>;
  /** What a merge of two commits would come to; nothing where they conflict. */
  mergedTree(base: string, head: string): Promise<string | undefined>;
  /** The files that a branch changes, as a pull request shows them. */
  changes(base: string, head: string): Promise<FileChange[]>;
  /** Commits a tree on top of a branch, which must still be where the first parent is. */
  commitTree(commit: { tree: string; parents: readonly string[]; message: string; branch: string }): Promise<string>;
}

export interface FileChange {
  filename: string;
  status: 'added' | 'modified' | 'removed';
  additions: number;
  deletions: number;
  patch: string;
}

const STATUS: Readonly<Record<string, FileChange['status']>> = { A: 'added', D: 'removed' };

export function openBareRepository(path: string): BareRepository {
  const git = async (...argv: string[]) => (await run('git', ['--git-dir', path, ...argv])).stdout.trimEnd();
  return {
    path,
    async resolve(revision) {
      if (revision.startsWith('-')) return undefined;
      try {
        const sha = await git('rev-parse', '--verify', '--quiet', '--end-of-options', revision);
        const type = await git('cat-file', '-t', sha);
        return type === 'commit' || type === 'tag' ? { sha, type } : undefined;
      } catch {
        return undefined;
      }
    },
    heads: async () => (await git('for-each-ref', '--format=%(objectname)', 'refs/heads')).split('\n').filter(Boolean),
    async annotatedTag(sha) {
      const text = await git('cat-file', 'tag', sha);
      const [head = '', ...message] = text.split('\n\n');
      const field = (name: string) => new RegExp(`^${name} (.*)$`, 'm').exec(head)?.[1] ?? '';
      return { tag: field('tag'), target: field('object'), message: message.join('\n\n') };
    },
    message: (sha) => git('log', '-1', '--format=%B', sha),
    async file(revision, name) {
      if (revision.startsWith('-')) return undefined;
      try {
        const sha = await git('rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}:${name}`);
        if ((await git('cat-file', '-t', sha)) !== 'blob') return undefined;
        return { sha, text: (await run('git', ['--git-dir', path, 'cat-file', 'blob', sha])).stdout };
      } catch {
        return undefined;
      }
    },
    createTag: async (name, target) => void (await git('tag', name, target)),
    async mergedTree(base, head) {
      try {
        return (await git('merge-tree', '--write-tree', base, head)).split('\n')[0];
      } catch (error) {
        if ((error as { code?: number }).code === 1) return undefined;
        throw error;
      }
    },
    async changes(base, head) {
      const diff = (...more: string[]) =>
        git('diff', '--no-renames', ...more.slice(0, 1), `${base}...${head}`, ...more.slice(1));
      const lines = async (how: string) =>
        (await diff(how))
          .split('\n')
          .filter(Boolean)
          .map((line) => line.split('\t'));
      const [names, counts] = await Promise.all([lines('--name-status'), lines('--numstat')]);
      return Promise.all(
        names.map(async ([status = '', filename = ''], i) => ({
          filename,
          status: STATUS[status] ?? 'modified',
          additions: Number(counts[i]?.[0]) || 0,
          deletions: Number(counts[i]?.[1]) || 0,
          patch: (await diff('--patch', '--', filename)).replace(/^[\s\S]*?(?=^@@)/m, ''),
        })),
      );
    },
    async commitTree({ tree, parents, message, branch }) {
      const identity = ['-c', 'user.name=GitHub', '-c', 'user.email=noreply@github.invalid'];
      const commit = await git(
        ...identity,
        'commit-tree',
        tree,
        ...parents.flatMap((one) => ['-p', one]),
        '-m',
        message,
      );
      await git('update-ref', `refs/heads/${branch}`, commit, parents[0]!);
      return commit;
    },
  };
}
