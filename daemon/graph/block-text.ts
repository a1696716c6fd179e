import { propertyLines } from '../../shared/outline/index.ts';

/** A block's text as the graph's port has it: words and properties apart. */
export interface BlockText {
  content: string;
  properties: Record<string, string>;
}

/** What opens a fence or a quote: a property in its second line would be part of it. */
const TAKES_IN = /^\s*(?:`{3,}|~{3,}|>)/;

/** Takes the property lines (`key:: value`, outside of fences) out of a block's Markdown. Keys are in small letters. */
export function splitText(markdown: string): BlockText {
  const properties: Record<string, string> = {};
  const lines: string[] = [];
  for (const { text, property } of propertyLines(markdown)) {
    if (property) properties[property.name] = property.value;
    else lines.push(text);
  }
  return { content: lines.join('\n'), properties };
}

/**
 * A block's Markdown with other words and properties. The lines of properties that stay as they are stay as they were
 * written; an empty value removes one; new ones come last. Properties stand behind the first line, as Logseq has it.
 */
export function joinText(markdown: string, content: string, changes: Readonly<Record<string, string>>): string {
  const { properties } = changedLines(markdown, changes);
  const [first = '', ...rest] = content.split('\n');
  // A block that begins with a fence or a quote has its properties first, and so has one without words.
  if (TAKES_IN.test(first)) return [...properties, first, ...rest].join('\n');
  if (content === '' && properties.length > 0) return properties.join('\n');
  return [first, ...properties, ...rest].join('\n');
}

/** The head of a page with other properties: its other lines stay, blank ones too, and new properties come last. */
export function changeHead(head: string, changes: Readonly<Record<string, string>>): string {
  return changedLines(head, changes).all.join('\n');
}

/** The lines after the changes: all of them, and those of properties. Of a property written twice, one line stays. */
function changedLines(
  markdown: string,
  changes: Readonly<Record<string, string>>,
): { all: string[]; properties: string[] } {
  const values = new Map(Object.entries(changes).map(([name, value]) => [name.toLowerCase(), value]));
  const placed = new Set<string>();
  const all: string[] = [];
  const properties: string[] = [];
  const put = (line: string): void => {
    all.push(line);
    properties.push(line);
  };
  for (const { text, property } of propertyLines(markdown)) {
    const value = property && values.get(property.name);
    if (!property) all.push(text);
    else if (value === undefined) put(text);
    else if (value !== '' && !placed.has(property.name)) {
      put(value === property.value ? text : propertyLine(property.name, value));
      placed.add(property.name);
    }
  }
  for (const [name, value] of values) if (value !== '' && !placed.has(name)) put(propertyLine(name, value));
  return { all, properties };
}

function propertyLine(name: string, value: string): string {
  return `${name}:: ${value.replace(/\s*\n\s*/g, ' ')}`;
}
