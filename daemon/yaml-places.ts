import { isMap, isNode, isPair, isScalar, isSeq, type Document, type LineCounter } from 'yaml';

/** Where a setting stands in a YAML file, as `line:column` from 1: its key, else the innermost around it that is there. */
export function placeIn(document: Document, places: LineCounter, path: readonly string[]): string {
  let at: unknown = document.contents;
  let offset = startOf(at) ?? 0;
  for (const name of path) {
    if (isMap(at)) {
      const pair = at.items.find((each) => isPair(each) && isScalar(each.key) && String(each.key.value) === name);
      if (!pair) break;
      offset = startOf(pair.key) ?? offset;
      at = pair.value;
    } else if (isSeq(at)) {
      at = at.items[Number(name)];
      offset = startOf(at) ?? offset;
    } else break;
  }
  const { line, col } = places.linePos(offset);
  return `${Math.max(line, 1)}:${Math.max(col, 1)}`;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
