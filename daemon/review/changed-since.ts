import { stat } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { fail } from '../../shared/failure.ts';
import { DURATION, parseDuration } from '../../shared/workflow/duration.ts';
import { DEFAULT_CONFIG, readConfig } from '../graph/config.ts';
import { pageKey } from '../graph/names.ts';
import { PageFiles } from '../graph/page-files.ts';
import { createProcessRunner } from '../process/runner.ts';

/** Where git keeps its own and somebody's settings is no concern of what changed. */
const GIT = ['git', '-c', 'core.quotePath=false'];

/**
 * Which pages of a folder changed since a commit, a day or for so long: by git where the folder is in a repository, else by the
 * times of files. Throws `review.since` for what is none of these.
 */
export async function changedSince(folder: string, since: string, now: number): Promise<(page: string) => boolean> {
  const from = momentOf(since, now);
  const files = await new PageFiles(folder, (await readConfig(folder)) ?? DEFAULT_CONFIG).list();
  const changed = await changedFiles(folder, since, from);
  const keys = new Set<string>();
  for (const { name, path } of files) {
    const isNew = changed ? changed.has(resolve(path)) : from !== undefined && (await stat(path)).mtimeMs >= from;
    if (isNew) keys.add(pageKey(name));
  }
  return (page) => keys.has(pageKey(page));
}

function momentOf(since: string, now: number): number | undefined {
  if (DURATION.test(since)) return now - parseDuration(since);
  const day = /^\d{4}-\d\d-\d\d(T.*)?$/.test(since) ? Date.parse(since) : NaN;
  return Number.isNaN(day) ? undefined : day;
}

/** Paths, real and absolute; undefined where the folder is in no repository. */
async function changedFiles(folder: string, since: string, from: number | undefined): Promise<Set<string> | undefined> {
  const git = async (...args: string[]): Promise<string | undefined> => {
    const { exitCode, stdout } = await createProcessRunner({ programs: {} })
      .run([...GIT, ...args], { cwd: folder, timeoutMs: 60_000, keepBytes: 64 * 2 ** 20 })
      .catch(() => ({ exitCode: 1, stdout: '' }));
    return exitCode === 0 ? stdout : undefined;
  };
  const top = (await git('rev-parse', '--show-toplevel'))?.trim();
  if (top === undefined || top === '') {
    if (from === undefined) throw notSince(since, `${folder} is in no git repository, so it cannot be a commit`);
    return undefined;
  }
  // As an argument a commit must not be taken for an option.
  const commit =
    from === undefined
      ? (await git('rev-parse', '--verify', '--quiet', '--end-of-options', `${since}^{commit}`))?.trim()
      : undefined;
  if (from === undefined && !commit) throw notSince(since, `there is no such commit in ${relative('.', top) || top}`);
  const base = commit ?? (await git('rev-list', '-1', `--before=${new Date(from!).toISOString()}`, 'HEAD'))?.trim();
  // Before the first commit everything is new.
  const tracked = base
    ? await git('diff', '--name-only', '-z', base, '--')
    : await git('ls-files', '-z', '--full-name', top);
  const untracked = await git('ls-files', '-z', '--others', '--exclude-standard', '--full-name', top);
  const names = `${tracked ?? ''}${untracked ?? ''}`.split('\0').filter(Boolean);
  return new Set(names.map((name) => resolve(top, name)));
}

function notSince(since: string, why: string): Error {
  return fail(
    'invalid',
    'review.since',
    `“${since}” is no time: ${why}. Give a commit, a day such as 2026-11-21, or how long, such as 7d.`,
  );
}
