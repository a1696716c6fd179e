import { pageKey } from '../graph/names.ts';
import type { Link, PageFacts, Place } from './facts.ts';

const ORG_TITLE = /^#\+title:\s*(\S.*?)\s*$/im;
const ORG_ALIAS = /^#\+alias:\s*(\S.*?)\s*$/im;
const ORG_ID = /^[ \t]*:id:\s*([0-9a-f]{8}-[0-9a-f-]{27})\s*$/gim;
const LINK = /\[\[([^[\]\n]{1,500})\](?:\[[^\]\n]*\])?\]/g;
const BLOCK_REF = /\(\(([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\)\)/gi;
const TAG = /(?:^|\s)#(?:\[\[([^\]\n]+)\]\]|([^\s#,;.()[\]{}"':+]+))/g;
const BOARD_PAGE = /:(?:pageId|page-id|block\/original-name|refs?)\s+"([^"\n]{1,300})"/g;
const BOARD_BLOCK = /"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"/gi;
const BOARD_ID = /:block\/uuid\s+#uuid\s+"([0-9a-f-]{36})"/gi;
const ASSET = /(?:\.\.\/|\/)?(assets\/[^\s"'()[\]{}<>]+)/g;

/**
 * The facts of a file that is left alone (org-mode, a whiteboard): what it is called, what it refers to and which blocks it
 * has, so that nobody takes what it names for unused or missing. Nothing is found on it.
 */
export function factsOfOther(
  name: string,
  kind: 'org' | 'whiteboard' | 'unread',
  file: Pick<PageFacts, 'path' | 'revision' | 'changed'>,
  text: string,
): PageFacts {
  const called = (kind === 'org' ? ORG_TITLE.exec(text)?.[1] : undefined) ?? name;
  const place: Place = { ref: null, content: '', properties: {}, template: false };
  const names = new Set<string>();
  for (const match of text.matchAll(LINK)) names.add(match[1]!.replace(/^(?:file|id):/, ''));
  for (const match of text.matchAll(TAG)) names.add((match[1] ?? match[2])!);
  if (kind === 'whiteboard') for (const match of text.matchAll(BOARD_PAGE)) names.add(match[1]!);
  const links = [...names].map((each): Link => ({ kind: 'tag', name: each, key: pageKey(each), place }));
  const uuids = Array.from(text.matchAll(kind === 'org' ? BLOCK_REF : BOARD_BLOCK), (match) => match[1]!.toLowerCase());
  const aliases = kind === 'org' ? (ORG_ALIAS.exec(text)?.[1]?.split(',') ?? []) : [];
  const key = pageKey(called);
  return {
    name: called,
    key,
    kind,
    ...file,
    properties: {},
    aliases: new Map(aliases.map((alias) => [pageKey(alias), alias.trim()])),
    lists: false,
    templates: false,
    tags: new Set(),
    blocks: 0,
    characters: text.length,
    empty: false,
    links,
    linksFiles: false,
    targets: new Set(links.map((link) => link.key).filter((each) => each !== key)),
    blockRefs: uuids.map((uuid) => ({ uuid, place })),
    ids: Array.from(text.matchAll(kind === 'org' ? ORG_ID : BOARD_ID), (match) => match[1]!.toLowerCase()),
    assets: Array.from(text.matchAll(ASSET), (match) => ({ path: match[1]!, written: match[1]!, place })),
    tasks: [],
    headings: [],
    secrets: [],
    code: [],
    queries: [],
    sketch: new Uint32Array(),
    words: 0,
  };
}
