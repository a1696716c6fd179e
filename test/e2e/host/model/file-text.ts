import { propertyLines } from '../../../../shared/outline/index.ts';
import { blocksIn, isPage, type ModelPage } from './store.ts';

/** A block's text with properties set behind its first line; an empty value takes one away. */
export function insertProperties(content: string, properties: Record<string, unknown>): string {
  const values = new Map(Object.entries(properties).map(([key, value]) => [key.toLowerCase(), String(value)]));
  if (values.size === 0) return content;
  const words: string[] = [];
  const lines: string[] = [];
  const own = content === '' ? [] : [...propertyLines(content)];
  for (const { text, property } of own) {
    if (!property) words.push(text);
    else if (!values.has(property.name)) lines.push(text);
    else if (values.get(property.name) !== '') {
      lines.push(`${property.name}:: ${values.get(property.name)}`);
      values.set(property.name, '');
    }
  }
  for (const [key, value] of values) if (value !== '') lines.push(`${key}:: ${value}`);
  const [first, ...rest] = words.join('\n').split('\n');
  if (first === undefined || first === '' || /^\s*(```|~~~)/.test(first)) return [...lines, ...words].join('\n');
  return [first, ...lines, ...rest].join('\n');
}

/** Whether a block's text is nothing but properties, as the first block of a page can be. */
export function onlyProperties(content: string): boolean {
  const lines = [...propertyLines(content)];
  return lines.length > 0 && lines.every(({ property, text }) => property !== undefined || text.trim() === '');
}

/** Names that give no file name as they are get a `title::`. */
export const needsTitle = (name: string): boolean => /[/:*?"<>|%#\\]|\.$|^\.|___/.test(name);

/** Without the quotes that a title with a comma has. */
export const unquote = (text: string): string => text.replace(/^"(.*)"$/, '$1');

/** The name of a property as the API has it. */
export const camel = (key: string): string => key.replace(/[-_ ]+(\w)/g, (_, letter: string) => letter.toUpperCase());

export const camelCased = (properties: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(properties).map(([key, value]) => [camel(key), value]));

/** A page's Markdown as Logseq would write its file. */
export function markdownOf(page: ModelPage): string {
  const lines: string[] = [];
  for (const block of blocksIn(page.children)) {
    if (block.preBlock) {
      lines.push(block.content, '');
      continue;
    }
    let depth = 0;
    for (let at = block.parent; !isPage(at); at = at.parent) depth += 1;
    const indent = '\t'.repeat(depth);
    const [first = '', ...rest] = block.content.split('\n');
    lines.push(`${indent}- ${first}`.trimEnd(), ...rest.map((line) => (line === '' ? '' : `${indent}  ${line}`)));
  }
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}
