import type { ConventionalChange } from './conventional.ts';

/** A commit and what its message says of itself. */
export interface ReadCommit {
  hash: string;
  body: string;
  change: ConventionalChange;
}

/** As `git revert` writes it, and as GitHub does for a pull request. */
const OF_COMMIT = /^This reverts commit ([0-9a-f]{7,64})/m;
const OF_PULL_REQUEST = /^Reverts [\w./-]*#(\d+)\s*$/m;

/**
 * Without those that were taken back among them, and without what took them back: nobody who updates meets either. Newest
 * first, as git lists them; what was taken back and brought again stays.
 */
export function withoutReverted<T extends ReadCommit>(commits: readonly T[]): T[] {
  const gone = new Set<T>();
  for (const [index, commit] of commits.entries()) {
    if (gone.has(commit)) continue;
    const hash = OF_COMMIT.exec(commit.body)?.[1];
    const pullRequest = Number(OF_PULL_REQUEST.exec(commit.body)?.[1] ?? 0);
    const reverted = commits
      .slice(index + 1)
      .find((one) =>
        hash === undefined ? pullRequest > 0 && one.change.pullRequest === pullRequest : one.hash.startsWith(hash),
      );
    if (reverted) gone.add(commit).add(reverted);
  }
  return commits.filter((commit) => !gone.has(commit));
}
