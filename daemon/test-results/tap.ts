import { firstLine, plain, type ReadCounts, type TestFailure } from './counts.ts';

const POINT = /^( *)(not )?ok\b(?: +\d+)?(?: +- )?(.*?)(?:\s+#\s*(skip|todo)\b.*)?$/i;

/**
 * The Test Anything Protocol (testanything.org). Where the tool sums up by itself (`# pass 3`, node:test), that counts;
 * else the points that are not indented do, since an indented one is part of the next that is not.
 */
export const readTap: ReadCounts = (text) => {
  const lines = plain(text).split(/\r?\n/);
  if (!lines.some((line) => /^TAP version \d+/.test(line) || /^1\.\.\d+/.test(line))) return undefined;
  const points = lines.flatMap((line, index) => {
    const point = POINT.exec(line);
    if (!point) return [];
    const result = point[4] ? 'skipped' : point[2] ? 'failed' : 'passed';
    return [{ index, result, top: point[1] === '', name: (point[3] ?? '').trim() }];
  });
  const count = (result: string) => points.filter((point) => point.top && point.result === result).length;
  const failures: TestFailure[] = points
    .filter(({ result }) => result === 'failed')
    .map(({ index, name }) => ({ name, ...diagnosis(lines.slice(index + 1, index + 30)) }))
    // A suite fails because something in it did, and that is told already.
    .filter(({ kind }) => kind !== 'suite')
    .map(({ name, message }) => ({ name, message }));
  return {
    ...(summed(lines) ?? { passed: count('passed'), failed: count('failed'), skipped: count('skipped') }),
    failures,
  };
};

function summed(lines: readonly string[]): { passed: number; failed: number; skipped: number } | undefined {
  const number = (word: string) => {
    const line = lines.findLast((one) => new RegExp(`^# ${word} \\d+$`).test(one));
    return line === undefined ? undefined : Number(line.split(' ')[2]);
  };
  const [passed, failed] = [number('pass'), number('fail')];
  if (passed === undefined || failed === undefined) return undefined;
  return {
    passed,
    failed: failed + (number('cancelled') ?? 0),
    skipped: (number('skipped') ?? 0) + (number('todo') ?? 0),
  };
}

/** Of the YAML block after a failed point, what failed and the first line of why. */
function diagnosis(lines: readonly string[]): { kind: string; message: string } {
  if (lines[0]?.trim() !== '---') return { kind: '', message: '' };
  const end = lines.findIndex((line) => line.trim() === '...');
  const block = lines.slice(1, end === -1 ? lines.length : end);
  const value = (key: RegExp) => {
    const at = block.findIndex((line) => key.test(line));
    const text = block[at]?.replace(/^\s*\w+:\s*/, '').trim() ?? '';
    return firstLine((/^[|>]-?$/.test(text) ? (block[at + 1] ?? '') : text).trim().replaceAll(/^['"]|['"]$/g, ''));
  };
  return { kind: value(/^\s*type:/), message: value(/^\s*(error|message):/) };
}
