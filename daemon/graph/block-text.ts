/** A block's text as the graph's port has it: words and properties apart. */
export interface BlockText {
  content: string;
  properties: Record<string, string>;
}

const PROPERTY = /^\s*([^\s:`][^:`]*?)::(?:[ \t](.*))?$/;
const FENCE = /^\s*(`{3,}|~{3,})/;

/** Takes the property lines (`key:: value`, outside of fences) out of a block's Markdown. Keys are in small letters. */
export function splitText(markdown: string): BlockText {
  const properties: Record<string, string> = {};
  const lines: string[] = [];
  for (const { line, property } of readLines(markdown)) {
    if (property) properties[property.name] ??= property.value;
    else lines.push(line);
  }
  return { content: lines.join('\n'), properties };
}

/**
 * A block's Markdown with other words and properties. The lines of properties that stay as they are stay as they were
 * written; an empty value removes one; new ones come last. Properties stand behind the first line, as Logseq has it.
 */
export function joinText(markdown: string, content: string, changes: Readonly<Record<string, string>>): string {
  const left = new Map(Object.entries(changes).map(([name, value]) => [name.toLowerCase(), value]));
  const properties: string[] = [];
  for (const { line, property } of readLines(markdown)) {
    if (!property) continue;
    const value = left.get(property.name);
    left.delete(property.name);
    if (value === undefined || value === property.value) properties.push(line);
    else if (value !== '') properties.push(propertyLine(property.name, value));
  }
  for (const [name, value] of left) if (value !== '') properties.push(propertyLine(name, value));
  const [first = '', ...rest] = content.split('\n');
  // A block that begins with a fence, or has no words at all, has its properties first.
  const head = FENCE.test(first) || (first === '' && rest.length === 0 && properties.length > 0) ? [] : [first];
  const tail = head.length === 0 ? (first === '' ? [] : [first, ...rest]) : rest;
  return [...head, ...properties, ...tail].join('\n');
}

/** The head of a page with other properties: its other lines stay, blank ones too, and new properties come last. */
export function changeHead(head: string, changes: Readonly<Record<string, string>>): string {
  const left = new Map(Object.entries(changes).map(([name, value]) => [name.toLowerCase(), value]));
  const lines: string[] = [];
  for (const { line, property } of readLines(head)) {
    const value = property && left.get(property.name);
    if (property) left.delete(property.name);
    if (value === undefined || value === property?.value) lines.push(line);
    else if (value !== '') lines.push(propertyLine(property!.name, value));
  }
  for (const [name, value] of left) if (value !== '') lines.push(propertyLine(name, value));
  return lines.join('\n');
}

function propertyLine(name: string, value: string): string {
  return `${name}:: ${value.replace(/\s*\n\s*/g, ' ')}`;
}

function* readLines(markdown: string): Generator<{ line: string; property?: { name: string; value: string } }> {
  let fence: string | undefined;
  for (const line of markdown.split('\n')) {
    const mark = FENCE.exec(line)?.[1];
    if (mark) fence = fence === undefined ? mark : line.trim() === fence ? undefined : fence;
    const match = mark || fence !== undefined ? null : PROPERTY.exec(line);
    if (match) yield { line, property: { name: match[1]!.toLowerCase(), value: (match[2] ?? '').trim() } };
    else yield { line };
  }
}
