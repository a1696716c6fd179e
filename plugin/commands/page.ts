import { fail } from '../../shared/failure.ts';
import type { Json } from '../../shared/json.ts';
import type { PageBlock } from '../../shared/protocol/calls/pages.ts';
import type { Host } from '../host.ts';

/** As many blocks at once as Logseq takes in well under its time-out (logseq.md, API facts). */
const CHUNK = 200;

export type PageHost = Pick<Host, 'tree' | 'ref' | 'call'>;

/** Where a block is in a page: indices from the top. */
type Path = readonly number[];

/** Whether somebody has written something on a page. A page that is only referred to has nothing. */
export async function isWritten(host: PageHost, title: string): Promise<boolean> {
  return hasText((await host.tree(title)) ?? []);
}

const hasText = (blocks: readonly PageBlock[]): boolean =>
  blocks.some(({ content, children }) => children.length > 0 || (content.trim() !== '' && !isHead(content)));

/**
 * Makes a page of these blocks, and opens it. A page on which something is written is opened and left as it is. Texts
 * arrive as they were given, also where the host changes what it inserts in bulk.
 */
export function makePage(host: PageHost, title: string, blocks: readonly PageBlock[]): Promise<'made' | 'there'> {
  return unlessWritten(host, title, async ({ uuid, at }) => {
    const [head, ...rest] = blocks;
    if (!head) return;
    await host.call('logseq.Editor.updateBlock', [uuid, head.content]);
    await insert(host, title, [at], head.children, 0);
    await insert(host, title, [], rest, at + 1);
    await leaveEditing(host);
    await repair(host, title, blocks, at);
  });
}

/** The same from a template of the person's own. */
export function makePageFromTemplate(host: PageHost, title: string, template: string): Promise<'made' | 'there'> {
  return unlessWritten(host, title, async ({ uuid }) => {
    await host.call('logseq.App.insertTemplate', [uuid, template]);
    await leaveEditing(host);
  });
}

async function unlessWritten(
  host: PageHost,
  title: string,
  write: (first: FirstBlock) => Promise<void>,
): Promise<'made' | 'there'> {
  const first = (await isWritten(host, title)) ? undefined : await beginPage(host, title);
  if (first) await write(first);
  await openPage(host, title);
  return first ? 'made' : 'there';
}

/** Whether the person has a template of that name. Hosts and graphs without templates have none. */
export async function hasTemplate(host: PageHost, name: string): Promise<boolean> {
  try {
    return (await host.call('logseq.App.existTemplate', [name])) === true;
  } catch {
    return false;
  }
}

export async function openPage(host: PageHost, title: string): Promise<void> {
  await host.call('logseq.App.pushState', ['page', { name: (await host.ref(title)) ?? title }]);
}

/** Nothing is written into a block that somebody writes in, and inserting can leave one so. */
export async function leaveEditing(host: PageHost): Promise<void> {
  await host.call('logseq.Editor.exitEditingMode', []);
}

/** The empty block of a page that was just made, and which one it is: a name with a slash has its title before it. */
interface FirstBlock {
  uuid: string;
  at: number;
}

/** Makes a page. Gives no block when it was there after all and something is on it. */
async function beginPage(host: PageHost, title: string): Promise<FirstBlock | undefined> {
  const options = { redirect: false, createFirstBlock: true, journal: false };
  await host.call('logseq.Editor.createPage', [title, {}, options]);
  await leaveEditing(host);
  const page = await host.ref(title);
  if (page === undefined) throw notMade(title);
  const tree = (await host.tree(title)) ?? [];
  if (hasText(tree)) return undefined;
  const at = tree.findIndex(({ content }) => content.trim() === '');
  const uuid = tree[at]?.uuid;
  if (uuid !== undefined) return { uuid, at };
  await host.call('logseq.Editor.appendBlockInPage', [page, '']);
  await leaveEditing(host);
  const now = (await host.tree(title)) ?? [];
  const last = now.at(-1)?.uuid;
  if (last === undefined) throw notMade(title);
  return { uuid: last, at: now.length - 1 };
}

/** A database graph makes no page for a plugin whose title another has, under another page or in the recycle bin. */
const notMade = (title: string): Error =>
  fail(
    'conflict',
    'command.not_made',
    `Logseq did not make the page “${title}”: another page may have its title, also in the recycle bin. Make it by hand, empty, and try again.`,
  );

/** Inserts blocks as children of `parent` (of the page, when it is empty) from index `from` on, in few calls. */
async function insert(
  host: PageHost,
  page: string,
  parent: Path,
  blocks: readonly PageBlock[],
  from: number,
): Promise<void> {
  let next = from;
  for (let at = 0; at < blocks.length;) {
    const chunk = chunkFrom(blocks, at);
    const whole = chunk.length > 0;
    const batch = whole ? chunk : [{ content: blocks[at]!.content, children: [] }];
    await insertBatch(host, page, next === 0 ? parent : [...parent, next - 1], batch, next > 0);
    if (!whole) await insert(host, page, [...parent, next], blocks[at]!.children, 0);
    at += batch.length;
    next += batch.length;
  }
}

async function insertBatch(host: PageHost, page: string, path: Path, batch: readonly PageBlock[], sibling: boolean) {
  const target = blockAt((await host.tree(page)) ?? [], path)?.uuid;
  if (target === undefined) throw new Error(`The page “${page}” changed while it was being written.`);
  await host.call('logseq.Editor.insertBatchBlock', [target, batch.map(plain) as unknown as Json, { sibling }]);
}

/** As many whole trees as may go at once; none when the first alone is too large. */
function chunkFrom(blocks: readonly PageBlock[], from: number): PageBlock[] {
  let size = 0;
  const end = blocks.findIndex((block, at) => at >= from && (size += sizeOf(block)) > CHUNK);
  return blocks.slice(from, end === -1 ? undefined : end);
}

/** A bulk insertion may take indentation from a text, in which code lives: what differs is written once more. */
async function repair(host: PageHost, page: string, wanted: readonly PageBlock[], from: number): Promise<void> {
  const tree = (await host.tree(page)) ?? [];
  const pairs = wanted.map((block, at): [PageBlock, PageBlock | undefined] => [block, tree[from + at]]);
  for (let pair = pairs.pop(); pair; pair = pairs.pop()) {
    const [block, found] = pair;
    if (found?.uuid === undefined) continue;
    if (/\n[ \t]/.test(block.content) && bodyOf(found.content) !== bodyOf(block.content))
      await host.call('logseq.Editor.updateBlock', [found.uuid, block.content]);
    for (const [at, child] of block.children.entries()) pairs.push([child, found.children[at]]);
  }
}

/** All lines but the first, which a database graph may take marks from. */
const bodyOf = (content: string): string => content.split('\n').slice(1).join('\n').trimEnd();

const isHead = (content: string): boolean => content.split('\n').every((line) => /^\s*[^\s:]+:: /.test(line));

const sizeOf = ({ children }: PageBlock): number => children.reduce((size, child) => size + sizeOf(child), 1);

const plain = ({ content, children }: PageBlock): PageBlock => ({ content, children: children.map(plain) });

function blockAt(blocks: readonly PageBlock[], [index = -1, ...rest]: Path): PageBlock | undefined {
  const block = blocks[index];
  return rest.length === 0 ? block : blockAt(block?.children ?? [], rest);
}
