import { isObject, type Json, type JsonObject } from '../json.ts';

/** What the daemon needs of a page or a block. Logseq gives ten times as much. */
const KEPT = new Set(['id', 'uuid', 'name', 'originalName', 'title', 'parent', 'preBlock?', 'collapsed?']);

/**
 * An answer of Logseq with what the daemon needs of it, so that a long page goes into one frame: of pages and blocks what
 * they say and how they hang together, and of properties only that they are there. Other answers stay as they are.
 */
export function slimLogseqAnswer(method: string, answer: Json): Json {
  // Its blocks are found by reading the page again.
  if (method === 'logseq.Editor.insertBatchBlock') return null;
  if (
    !/^logseq\.Editor\.(getPage|getAllPages|getPageBlocksTree|createPage|insertBlock|appendBlockInPage)$/.test(method)
  ) {
    return answer;
  }
  return Array.isArray(answer) ? answer.map(slimEntity) : slimEntity(answer);
}

/** The pages that a query found, a row each. Hosts write the same keys in several ways. */
export function pagesFound(answer: unknown): { name: string; uuid: string | undefined }[] {
  return (Array.isArray(answer) ? (answer as unknown[]) : []).flatMap((row) => {
    const page: unknown = Array.isArray(row) ? row[0] : row;
    if (!isObject(page)) return [];
    const text = (keys: readonly string[]): string | undefined => {
      const found = keys.flatMap((key) => [page[key], page[`block/${key}`]]);
      return found.find((value): value is string => typeof value === 'string' && value !== '');
    };
    const name = text(['original-name', 'originalName', 'title', 'name']);
    return name === undefined ? [] : [{ name, uuid: text(['uuid']) }];
  });
}

function slimEntity(entity: Json): Json {
  if (!isObject(entity)) return entity;
  const slim: JsonObject = {};
  for (const [key, value] of Object.entries(entity)) {
    if (KEPT.has(key)) slim[key] = key === 'parent' && isObject(value) ? { id: value.id ?? null } : value;
    // Properties of DB graphs: what they say is asked for block by block.
    else if (key.startsWith(':') && value !== null) slim[key] = typeof value === 'number' ? value : true;
    else if (key === 'content' && entity.title === undefined) slim[key] = value;
    else if (key === 'children' && Array.isArray(value) && value.length > 0) slim[key] = value.map(slimEntity);
  }
  return slim;
}
