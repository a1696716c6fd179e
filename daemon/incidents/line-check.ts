import type { LinePart } from '../page-parts/incident-timeline.ts';

/** A line of a timeline, or what stands beneath it, as it is told somewhere. */
export interface ToldLine {
  line: number;
  /** The line itself when it is left out. */
  part?: Exclude<LinePart, 'line'> | undefined;
  /** Empty on record where only another version knows it. */
  content: string;
  /** For what was found: the line that it stands beneath, where that is known. */
  under?: number | undefined;
}

/**
 * What is not as the record has it: lines, and what stands beneath them, that say something else, are gone, or stand in another
 * place, each named by its number. `told` are those that were found, in their order, each under the number that it claims.
 */
export function lineProblems(record: readonly ToldLine[], told: readonly ToldLine[]): string[] {
  const parts = [...new Set([...record, ...told].map(({ part }) => part))];
  return parts.flatMap((part) =>
    problemsOf(
      record.filter((each) => each.part === part),
      told.filter((each) => each.part === part),
      (line) => `${part === undefined ? '' : `the ${part} of `}line ${line}`,
    ),
  );
}

function problemsOf(record: readonly ToldLine[], told: readonly ToldLine[], named: (line: number) => string): string[] {
  const problems: string[] = [];
  const found = new Map(told.map((each) => [each.line, each.content]));
  for (const { line, content } of record) {
    const now = found.get(line);
    if (now === undefined) problems.push(`${named(line)} is missing${content && `: ${short(content)}`}`);
    else if (now.trim() !== content.trim()) {
      const meant = content && `; the record says ${short(content)}`;
      problems.push(`${named(line)} was changed: it says ${short(now)}${meant}`);
    }
  }
  const known = new Set(record.map(({ line }) => line));
  for (const { line } of told) if (!known.has(line)) problems.push(`${named(line)} is not on record`);
  const order = told.map(({ line }) => line).filter((line) => known.has(line));
  const astray = told.flatMap(({ line, under }) => (under === undefined || under === line ? [] : [line]));
  for (const line of new Set([...outOfOrder(order), ...astray])) {
    problems.push(`${named(line)} stands in another place than on record`);
  }
  return problems;
}

/** As few as can be moved back so that all are in rising order. */
function outOfOrder(lines: readonly number[]): number[] {
  /** Per length, where the longest rising row of that length that ends lowest ends; and for each, where it comes from. */
  const ends: number[] = [];
  const before: number[] = [];
  for (const [at, line] of lines.entries()) {
    let length = ends.findIndex((end) => lines[end]! >= line);
    if (length === -1) length = ends.length;
    before.push(length === 0 ? -1 : ends[length - 1]!);
    ends[length] = at;
  }
  const kept = new Set<number>();
  for (let at = ends.at(-1) ?? -1; at >= 0; at = before[at]!) kept.add(at);
  return lines.filter((_line, at) => !kept.has(at));
}

/** The beginning of a text, in quotes. */
export function short(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return `“${line.length > 160 ? `${line.slice(0, 159)}…` : line}”`;
}
