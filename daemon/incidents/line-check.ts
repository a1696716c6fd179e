/** A line of a timeline as it is told somewhere. */
export interface ToldLine {
  line: number;
  content: string;
}

/**
 * What is not as the record has it: lines that say something else, are gone, or stand in another order, each named by its
 * number. `told` are the lines that were found, in their order, each under the number that it claims.
 */
export function lineProblems(record: readonly ToldLine[], told: readonly ToldLine[]): string[] {
  const problems: string[] = [];
  const found = new Map(told.map((each) => [each.line, each.content]));
  for (const { line, content } of record) {
    const now = found.get(line);
    if (now === undefined) problems.push(`line ${line} is missing: ${short(content)}`);
    else if (now.trim() !== content.trim()) {
      problems.push(`line ${line} was changed: it says ${short(now)}; the record says ${short(content)}`);
    }
  }
  const known = new Set(record.map(({ line }) => line));
  for (const { line } of told) if (!known.has(line)) problems.push(`line ${line} is not on record`);
  const order = told.map(({ line }) => line).filter((line) => known.has(line));
  for (const line of outOfOrder(order)) problems.push(`line ${line} stands in another place than on record`);
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

function short(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return `“${line.length > 160 ? `${line.slice(0, 159)}…` : line}”`;
}
