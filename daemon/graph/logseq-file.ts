import { pagesFound } from '../../shared/logseq/answer.ts';
import { LOGSEQ_QUERIES } from '../../shared/logseq/methods.ts';
import { propertiesOf } from '../../shared/outline/index.ts';
import { changeHead, joinText, splitText } from './block-text.ts';
import type { GraphBlock } from './graph.ts';
import { attempt, type LogseqHost } from './host.ts';
import { toBlocks, toPage, toUuid, type HostBlock } from './logseq-entity.ts';
import { loneEmptyBlock, type Dialect, type HostPage, type NewBlock, type Place } from './logseq-page.ts';
import { pageKey } from './names.ts';
import { changePageText } from './page-text.ts';
import { isUuid } from './uuid.ts';

/** A file graph through Logseq: properties are lines of the text, which goes with each update or is lost. */
export function fileDialect(host: LogseqHost): Dialect {
  return {
    kind: 'file',
    async read(name) {
      const entity = toPage(await host.call('logseq.Editor.getPage', [name.normalize('NFC')]));
      if (!entity) return null;
      const title = entity.originalName ?? entity.name ?? name;
      const blocks = toBlocks(await host.call('logseq.Editor.getPageBlocksTree', [title]));
      return toHostPage(title, entity.uuid, blocks);
    },
    async *names() {
      const names = await attempt(host, 'logseq.DB.datascriptQuery', [LOGSEQ_QUERIES.written]);
      // A host that does not answer queries gives all names, also of pages that are only referred to.
      const all = Array.isArray(names)
        ? names.flat()
        : ((await host.call('logseq.Editor.getAllPages', [])) as unknown[]).map((page) => toPage(page)?.originalName);
      const seen = new Set<string>();
      for (const name of all) {
        if (typeof name !== 'string' || seen.has(pageKey(name))) continue;
        seen.add(pageKey(name));
        yield name;
      }
    },
    async workflows() {
      const found = pagesFound(await host.call('logseq.DB.datascriptQuery', [LOGSEQ_QUERIES.workflows]));
      return [...new Set(found.map(({ name }) => name))];
    },
    async create(name) {
      await host.call('logseq.Editor.createPage', [
        name.normalize('NFC'),
        {},
        { redirect: false, createFirstBlock: false },
      ]);
    },
    async delete({ name }) {
      await host.call('logseq.Editor.deletePage', [name]);
    },
    async begin({ name }) {
      await host.call('logseq.Editor.appendBlockInPage', [name, '', { focus: false }]);
    },
    async insert({ target, where }, block) {
      const options = {
        sibling: where !== 'first',
        before: where !== 'after',
        focus: false,
        ...(block.uuid !== undefined && { customUUID: block.uuid }),
      };
      return toUuid(await host.call('logseq.Editor.insertBlock', [target, textOf(block), options]));
    },
    async insertAll({ target, where }: Place, blocks) {
      const options = { sibling: where === 'after', keepUUID: true };
      await host.call('logseq.Editor.insertBatchBlock', [target, blocks.map(toBatch), options]);
    },
    async update(ref, raw, content, properties) {
      await host.call('logseq.Editor.updateBlock', [ref, joinText(raw, content, properties)]);
    },
    async remove(ref) {
      await host.call('logseq.Editor.removeBlock', [ref]);
    },
    async setProperties(page, properties) {
      if (page.head !== undefined) {
        await host.call('logseq.Editor.updateBlock', [page.head, changeHead(page.raw.get(page.head)!, properties)]);
        return;
      }
      const lines = changeHead('', properties).replace(/^\n/, '');
      if (lines === '') return;
      // The first block of a page that says properties and nothing else is the page's; it has to be there before it says so.
      const first = page.placeholder ?? (await this.insert({ target: page.blocks[0]!.ref, where: 'before' }, EMPTY));
      await host.call('logseq.Editor.updateBlock', [first, lines]);
    },
    // A batch takes the first indentation of a text's lines for the block's own.
    survives: ({ content }) => !/\n[ \t]/.test(content),
    check({ content, properties }) {
      changePageText('', [{ kind: 'insert', parent: null, after: null, content, properties }]);
    },
  };
}

const EMPTY: NewBlock = { content: '', properties: {}, children: [] };

/** A block's Markdown. Its uuid is in it, so that it is the block's for good once the page is read anew. */
function textOf({ uuid, content, properties }: NewBlock): string {
  return joinText('', content, { ...properties, ...(uuid !== undefined && { id: uuid }) });
}

interface Batch {
  content: string;
  properties?: { id: string };
  children?: Batch[];
}

function toBatch(block: NewBlock): Batch {
  return {
    content: textOf(block),
    ...(block.uuid !== undefined && { properties: { id: block.uuid } }),
    ...(block.children.length > 0 && { children: block.children.map(toBatch) }),
  };
}

function toHostPage(name: string, uuid: string, tree: readonly HostBlock[]): HostPage {
  const raw = new Map<string, string>();
  const taken = new Set<string>();
  const toBlock = (block: HostBlock): GraphBlock => {
    raw.set(block.uuid, block.content ?? '');
    const { content, properties } = splitText(block.content ?? '');
    const { id, ...others } = properties;
    // What is in the text stays when Logseq reads the page anew; an older host calls the block otherwise until then.
    const own = id !== undefined && isUuid(id) && !taken.has(id) ? id : block.uuid;
    taken.add(own);
    return { ref: block.uuid, uuid: own, content, properties: others, children: (block.children ?? []).map(toBlock) };
  };
  const head = tree[0]?.['preBlock?'] ? tree[0] : undefined;
  if (head) raw.set(head.uuid, head.content ?? '');
  const blocks = tree.slice(head ? 1 : 0).map(toBlock);
  const empty = loneEmptyBlock(blocks);
  return {
    name,
    uuid,
    properties: head ? withoutId(propertiesOf(head.content ?? '')) : {},
    blocks: empty ? [] : blocks,
    raw,
    ...(head && { head: head.uuid }),
    ...(empty && { placeholder: empty.ref }),
    // A page above another is begun by Logseq with its title alone, and is not written before it says more.
    exists: blocks.length > 0 || (head !== undefined && saysMore(head)),
  };
}

function saysMore(head: HostBlock): boolean {
  return Object.keys(withoutId(propertiesOf(head.content ?? ''))).some((key) => key !== 'title');
}

function withoutId({ id: _, ...properties }: Record<string, string>): Record<string, string> {
  return properties;
}
