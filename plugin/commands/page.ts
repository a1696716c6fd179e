import type { Json } from '../../shared/json.ts';
import type { PageBlock } from '../../shared/protocol.ts';
import type { Host } from '../host.ts';

/** As many blocks at once as Logseq takes in well under its time-out (logseq.md, API facts). */
const CHUNK = 200;

export type PageHost = Pick<Host, 'tree' | 'call'>;

/** Where a block is in a page: indices from the top. */
type Path = readonly number[];

/** Whether somebody has written something on a page. A page that is only referred to has nothing. */
export async function isWritten(host: PageHost, title: string): Promise<boolean> {
  return ((await host.tree(title)) ?? []).some(
    ({ content, children }) => children.length > 0 || (content.trim() !== '' && !isHead(content)),
  );
}

/**
 * Makes a page of these blocks, and opens it. A page on which something is written is opened and left as it is. Texts
 * arrive as they were given, also where the host changes what it inserts in bulk.
 */
export async function makePage(host: PageHost, title: string, blocks: readonly PageBlock[]): Promise<'made' | 'there'> {
  if (await isWritten(host, title)) {
    await openPage(host, title);
    return 'there';
  }
  const first = await beginPage(host, title);
  const [head, ...rest] = blocks;
  if (head) {
    await host.call('logseq.Editor.updateBlock', [first.uuid, head.content]);
    await insert(host, title, [first.at], head.children, first.at);
    await insert(host, title, [], rest, first.at + 1);
    await leaveEditing(host);
    await repair(host, title, blocks, first.at);
  }
  await openPage(host, title);
  return 'made';
}

/** The same from a template of the person's own. */
export async function makePageFromTemplate(host: PageHost, title: string, template: string): Promise<'made' | 'there'> {
  if (!(await isWritten(host, title))) {
    const { uuid } = await beginPage(host, title);
    await host.call('logseq.App.insertTemplate', [uuid, template]);
    await leaveEditing(host);
    await openPage(host, title);
    return 'made';
  }
  await openPage(host, title);
  return 'there';
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
  await host.call('logseq.App.pushState', ['page', { name: title }]);
}

/** Nothing is written into a block that somebody writes in, and inserting can leave one so. */
export async function leaveEditing(host: PageHost): Promise<void> {
  await host.call('logseq.Editor.exitEditingMode', []);
}

/** A page with an empty block to begin with, and which one that is: a name with a slash has its title before it. */
async function beginPage(host: PageHost, title: string): Promise<{ uuid: string; at: number }> {
  const options = { redirect: false, createFirstBlock: true, journal: false };
  await host.call('logseq.Editor.createPage', [title, {}, options]);
  await leaveEditing(host);
  const tree = (await host.tree(title)) ?? [];
  const at = tree.findIndex(({ content }) => content.trim() === '');
  const uuid = tree[at]?.uuid;
  if (uuid !== undefined) return { uuid, at };
  const made = (await host.call('logseq.Editor.appendBlockInPage', [title, ''])) as { uuid?: string } | null;
  await leaveEditing(host);
  const now = (await host.tree(title)) ?? [];
  const last = made?.uuid ?? now.at(-1)?.uuid;
  if (last === undefined) throw new Error(`Logseq did not make the page “${title}”.`);
  return { uuid: last, at: Math.max(0, now.length - 1) };
}

/** Inserts blocks as children of `parent` from index `from` on, in as few calls as there may be. */
async function insert(
  host: PageHost,
  title: string,
  parent: Path,
  blocks: readonly PageBlock[],
  from: number,
): Promise<void> {
  // Under a block the first is the first; at the top there is one already.
  let next = parent.length === 0 ? from : 0;
  for (let at = 0; at < blocks.length;) {
    const chunk = chunkFrom(blocks, at);
    const whole = chunk.length > 0;
    const batch = whole ? chunk : [{ content: blocks[at]!.content, children: [] }];
    await insertBatch(host, title, next === 0 ? parent : [...parent, next - 1], batch, next > 0);
    if (!whole) await insert(host, title, [...parent, next], blocks[at]!.children, 0);
    at += batch.length;
    next += batch.length;
  }
}

async function insertBatch(host: PageHost, title: string, path: Path, batch: readonly PageBlock[], sibling: boolean) {
  const target = blockAt((await host.tree(title)) ?? [], path)?.uuid;
  if (target === undefined) throw new Error(`The page “${title}” changed while it was being written.`);
  await host.call('logseq.Editor.insertBatchBlock', [target, batch.map(plain) as unknown as Json, { sibling }]);
}

/** As many whole trees as may go at once; none when the first alone is too large. */
function chunkFrom(blocks: readonly PageBlock[], from: number): PageBlock[] {
  let size = 0;
  const end = blocks.findIndex((block, at) => at >= from && (size += sizeOf(block)) > CHUNK);
  return blocks.slice(from, end === -1 ? undefined : end);
}

/** A bulk insertion may take indentation from a text, in which code lives: what differs is written once more. */
async function repair(host: PageHost, title: string, wanted: readonly PageBlock[], from: number): Promise<void> {
  const tree = (await host.tree(title)) ?? [];
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
