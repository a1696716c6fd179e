import { propertiesOf, walkBlocks, parseOutline } from '../../../shared/outline/index.ts';
import { parseAsLogseq, type Part } from '../../fakes/mldoc.ts';

/** One block as Logseq, or as our parser, sees it. Where blocks end and how they nest is what the two must agree on. */
export interface Seen {
  /** 0 at the top. */
  depth: number;
  text: string;
  properties: Record<string, string>;
}

/**
 * The blocks that Logseq makes of a page: mldoc's flat list put together as Logseq's graph parser does (`extract-blocks`).
 * Headings without bullet are at the top; all before the first heading or bullet is one block without bullet. Page properties
 * and front matter are no part of its text here, as they are none of ours.
 */
export function seenByLogseq(page: string): Seen[] {
  const bytes = Buffer.from(page);
  const parts = parseAsLogseq(page);
  const starts = parts.filter(([[kind]]) => kind === 'Heading');
  const seen: Seen[] = [];
  const firstStart = starts[0]?.[1]?.start_pos ?? bytes.length;
  const before = textBefore(page, bytes, firstStart, parts);
  if (before !== '') seen.push({ depth: 0, text: before, properties: propertiesIn(before, parts, 0, firstStart) });
  const open: number[] = before === '' ? [] : [1];
  for (const [index, [[, body], range]] of starts.entries()) {
    const { level, unordered } = body as { level: number; unordered: boolean };
    const from = range!.start_pos;
    const to = starts[index + 1]?.[1]?.start_pos ?? bytes.length;
    const own = unordered ? level : 1;
    while (open.length > 0 && open.at(-1)! >= own) open.pop();
    const text = contentOf(bytes.subarray(from, to).toString(), unordered, own + 1);
    seen.push({ depth: open.length, text, properties: propertiesIn(text, parts, from, to) });
    open.push(own);
  }
  return seen;
}

/** The same of our parser. */
export function seenByUs(page: string): Seen[] {
  return [...walkBlocks(parseOutline(page).blocks)].map(({ block, depth }) => ({
    depth,
    text: block.content.trim(),
    properties: propertiesOf(block.content),
  }));
}

/** Without bullet and indentation (`remove-level-spaces` and `remove-indentation-spaces`). */
function contentOf(text: string, unordered: boolean, margin: number): string {
  const [first, ...rest] = text.split(/\r?\n/) as [string, ...string[]];
  const own = unordered ? first.replace(/^[ \t]*-[ \t]?/, '') : first.trimStart();
  const others = rest.map((line) => (line.slice(0, margin).trim() === '' ? line.slice(margin) : line.trimStart()));
  return [own, ...others].join('\n').trim();
}

function textBefore(page: string, bytes: Buffer, end: number, parts: readonly Part[]): string {
  const [first, second] = parts;
  const isMatter = first?.[0][0] === 'Directive' || /^\uFEFF?---\r?\n/.test(page);
  let start = 0;
  if (isMatter && /^---\r?\n[^]*?---/.test(page))
    start = Buffer.byteLength(/^---\r?\n[^]*?---[^\n]*\n?/.exec(page)![0]);
  const drawer = [first, second].find((part) => part?.[0][0] === 'Property_Drawer');
  if (drawer?.[1] && bytes.subarray(start, drawer[1].start_pos).toString().trim() === '' && drawer[1].end_pos <= end)
    start = drawer[1].end_pos;
  return bytes.subarray(start, Math.max(start, end)).toString().replaceAll('\r\n', '\n').trim();
}

function propertiesIn(text: string, parts: readonly Part[], from: number, to: number): Record<string, string> {
  const drawers = parts.filter(
    ([[kind], range]) => kind === 'Property_Drawer' && range && range.start_pos >= from && range.start_pos < to,
  );
  const entries = drawers.flatMap(([[, body]]) => body as [string, string][]);
  // Those of a :PROPERTIES: drawer or a #+ line are Org's.
  return Object.fromEntries(
    entries.filter(([key]) => text.includes(`${key}::`)).map(([key, value]) => [key.toLowerCase(), value]),
  );
}
