/** One line of a difference between two texts. */
export interface DiffLine {
  is: 'same' | 'added' | 'removed';
  text: string;
}
/** Lines that stand together, with what was left out before them. */
export interface Hunk {
  skipped: number;
  lines: DiffLine[];
}

/** With more than this many pairs of differing lines the middle is told as removed and added as a whole. */
const MOST = 4_000_000;

/** The shortest difference of two texts by lines, that is to say by their longest common subsequence. */
export function diffLines(before: string, after: string): DiffLine[] {
  const one = before.split('\n');
  const two = after.split('\n');
  let head = 0;
  while (head < one.length && head < two.length && one[head] === two[head]) head += 1;
  let tail = 0;
  const room = Math.min(one.length, two.length) - head;
  while (tail < room && one.at(-1 - tail) === two.at(-1 - tail)) tail += 1;
  const same = (text: string): DiffLine => ({ is: 'same', text });
  return [
    ...one.slice(0, head).map(same),
    ...middle(one.slice(head, one.length - tail), two.slice(head, two.length - tail)),
    ...one.slice(one.length - tail).map(same),
  ];
}

function middle(one: readonly string[], two: readonly string[]): DiffLine[] {
  const removed = (text: string): DiffLine => ({ is: 'removed', text });
  const added = (text: string): DiffLine => ({ is: 'added', text });
  if (one.length * two.length > MOST) return [...one.map(removed), ...two.map(added)];
  const width = two.length + 1;
  // How much the rests from here on have in common.
  const common = new Uint32Array((one.length + 1) * width);
  for (let i = one.length - 1; i >= 0; i -= 1) {
    for (let j = two.length - 1; j >= 0; j -= 1) {
      common[i * width + j] =
        one[i] === two[j]
          ? common[(i + 1) * width + j + 1]! + 1
          : Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!);
    }
  }
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < one.length || j < two.length) {
    if (i < one.length && j < two.length && one[i] === two[j]) {
      lines.push({ is: 'same', text: one[i]! });
      i += 1;
      j += 1;
    } else if (j >= two.length || (i < one.length && common[(i + 1) * width + j]! >= common[i * width + j + 1]!)) {
      lines.push(removed(one[i]!));
      i += 1;
    } else {
      lines.push(added(two[j]!));
      j += 1;
    }
  }
  return lines;
}

/** Only what changed, with `around` lines of what is the same on either side. */
export function hunksOf(lines: readonly DiffLine[], around = 3): Hunk[] {
  const near = lines.map(() => false);
  for (const [index, { is }] of lines.entries()) {
    if (is === 'same') continue;
    for (let at = Math.max(0, index - around); at <= Math.min(lines.length - 1, index + around); at += 1)
      near[at] = true;
  }
  const hunks: Hunk[] = [];
  let skipped = 0;
  for (const [index, line] of lines.entries()) {
    if (!near[index]) {
      skipped += 1;
      continue;
    }
    if (skipped > 0 || hunks.length === 0) hunks.push({ skipped, lines: [] });
    skipped = 0;
    hunks.at(-1)!.lines.push(line);
  }
  if (skipped > 0 && hunks.length > 0) hunks.push({ skipped, lines: [] });
  return hunks;
}
