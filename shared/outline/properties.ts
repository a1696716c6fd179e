/** A property line as Logseq writes it in a file graph: `key:: value`. */
const PROPERTY = /^\s*([^\s:]+)::(?:[ \t](.*))?$/;

/** The `key:: value` lines of a block or of a page's head, by lower-case key. Those inside fences are text. */
export function propertiesOf(content: string): Record<string, string> {
  const properties: Record<string, string> = {};
  let fence: string | undefined;
  for (const line of content.split('\n')) {
    const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
    if (mark) fence = fence === undefined ? mark : line.trim() === fence ? undefined : fence;
    if (fence !== undefined || mark) continue;
    const match = PROPERTY.exec(line.replace(/\r$/, '').replace(/^\uFEFF/, ''));
    if (match) properties[match[1]!.toLowerCase()] = (match[2] ?? '').trim();
  }
  return properties;
}

/** A block's own uuid, where it has one (`id::`). */
export function uuidOf(content: string): string | undefined {
  return content.includes('id::') ? propertiesOf(content).id : undefined;
}
