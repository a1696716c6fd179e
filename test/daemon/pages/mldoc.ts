import { parseAsLogseq, type Ast } from '../../fakes/mldoc.ts';

export type Inline = [kind: string, ...rest: unknown[]];

export interface MldocBlock {
  level: number;
  title: Inline[];
  marker?: string;
  priority?: string;
  size?: number;
  properties: Record<string, string>;
  /** What stands in the block beneath its first line: tables, fences, paragraphs. */
  rest: Ast[];
}

export function parse(text: string): Ast[] {
  return parseAsLogseq(text, { keepProperties: true }).map(([ast]) => ast);
}

/** The properties before the first block. */
export function pageProperties(text: string): Record<string, string> {
  const [first] = parse(text);
  return first?.[0] === 'Property_Drawer' ? properties(first) : {};
}

/** The bulleted blocks of a page in order. */
export function blocksOf(text: string): MldocBlock[] {
  const blocks: MldocBlock[] = [];
  for (const ast of parse(text)) {
    const last = blocks.at(-1);
    if (ast[0] === 'Heading') blocks.push(block(ast[1] as Heading));
    else if (!last) continue;
    else if (ast[0] === 'Property_Drawer') Object.assign(last.properties, properties(ast));
    else last.rest.push(ast);
  }
  return blocks;
}

interface Heading {
  level: number;
  title: Inline[];
  marker?: string;
  priority?: string;
  size: number | null;
}

function block({ level, title, marker, priority, size }: Heading): MldocBlock {
  return { level, title, marker, priority, size: size ?? undefined, properties: {}, rest: [] };
}

function properties([, body]: Ast): Record<string, string> {
  return Object.fromEntries((body as [string, string][]).map(([key, value]) => [key, value]));
}

/** The words of a title when it is nothing but words; what else there is, as mldoc calls it. */
export function plainText(title: Inline[]): string | Inline {
  const other = title.find(([kind]) => kind !== 'Plain');
  return other ?? title.map(([, text]) => text as string).join('');
}

/** Every inline element of one kind, wherever it is on the page. */
export function inlines(ast: unknown, kind: string): Inline[] {
  if (!Array.isArray(ast))
    return typeof ast === 'object' && ast ? Object.values(ast).flatMap((v) => inlines(v, kind)) : [];
  const found = ast[0] === kind ? [ast as Inline] : [];
  return [...found, ...ast.flatMap((part) => inlines(part, kind))];
}
