import type { TrustReview } from '../trust.ts';
import { visible } from './progress/width.ts';

/** What a person reads before they trust a workflow: what changed since the last trusted version, and what it may do. */
export function reviewLines(review: TrustReview): string[] {
  const { actions, changes, trustedAt } = review;
  const before =
    trustedAt === undefined
      ? ['Nothing of this name was trusted here before.']
      : [`Changed since it was trusted on ${new Date(trustedAt).toISOString().slice(0, 10)}`, ...indented(changes)];
  const lines = actions.map(
    ({ name, effect, count, summary }) => `${name} (${effect}${count > 1 ? `, ${count} times` : ''})  ${summary}`,
  );
  return [...before, 'It may use', ...indented(lines), ...touched(review)].map((line) => line.replace(/\s+$/, ''));
}

function touched({ personas, secrets, hosts, paths, programs, pages }: TrustReview): string[] {
  const kinds = { personas, secrets, hosts, paths, programs, pages };
  return Object.entries(kinds).flatMap(([kind, names]) =>
    names.length === 0 ? [] : [`  ${kind}: ${names.map(visible).join(', ')}`],
  );
}

const indented = (lines: readonly string[]): string[] => lines.map((line) => `  ${visible(line)}`);
