import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { diffLines, hunksOf } from '../model/diff.ts';

/** What is different between two texts, by lines, with a few that are the same around it. */
export function Diff({
  before,
  after,
  label = 'Difference',
}: {
  before: string;
  after: string;
  label?: string;
}): JSX.Element {
  const hunks = useMemo(() => hunksOf(diffLines(before, after)), [before, after]);
  if (hunks.length === 0) return <p class="dim">The text is the same.</p>;
  return (
    <div class="diff" role="region" aria-label={label} tabIndex={0}>
      {hunks.map((hunk, index) => (
        <div key={index}>
          {hunk.skipped > 0 && <p class="skipped">{hunk.skipped} lines that are the same</p>}
          {hunk.lines.map((line, at) => (
            <div key={at} class="diff-line" data-is={line.is}>
              <span class="sign" aria-hidden="true">
                {line.is === 'added' ? '+' : line.is === 'removed' ? '−' : ' '}
              </span>
              <span class="hidden">{line.is === 'same' ? '' : line.is}</span>
              <bdi>{line.text.slice(0, 2_000)}</bdi>
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}
