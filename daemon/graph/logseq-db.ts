import { fail } from '../../shared/failure.ts';
import { pagesFound } from '../../shared/logseq/answer.ts';
import { LOGSEQ_QUERIES } from '../../shared/logseq/methods.ts';
import { fromDbName, toDbName } from '../../shared/logseq/names.ts';
import { splitTask } from '../../shared/logseq/task.ts';
import type { LogseqHost } from './host.ts';
import { dbPages } from './logseq-db-pages.ts';
import { setProperties, setStatus } from './logseq-db-properties.ts';
import { readDbPage } from './logseq-db-read.ts';
import { toUuid } from './logseq-entity.ts';
import { isThere, type Dialect, type HostPage, type NewBlock, type Place } from './logseq-page.ts';
import { pageKey } from './names.ts';

/** A DB graph through Logseq: properties are entities, references are uuids, and a name with slashes is a page under pages. */
export function dbDialect(host: LogseqHost): Dialect {
  const pages = dbPages(host);

  /** The page of a name. One that something stands on comes before one that is only named somewhere. */
  const read = async (name: string): Promise<HostPage | null> => {
    let first: HostPage | null = null;
    for await (const found of pages.meant(name)) {
      const page = await readDbPage(host, pages, found);
      if (isThere(page)) return page;
      first ??= page;
    }
    return first;
  };

  return {
    kind: 'db',
    read,
    async workflows() {
      const found = pagesFound(await host.call('logseq.DB.datascriptQuery', [LOGSEQ_QUERIES.workflowsInDb]));
      const names = await pages.all();
      // What is in the recycle bin has no name any more.
      return [...new Set(found.flatMap(({ uuid }) => names.get(uuid ?? '') ?? []).map(fromDbName))];
    },
    async *names() {
      const written = await host.call('logseq.DB.datascriptQuery', [LOGSEQ_QUERIES.writtenInDb]);
      const uuids = new Set(Array.isArray(written) ? written.flat() : []);
      const seen = new Set<string>();
      for (const [uuid, name] of await pages.all()) {
        if (!uuids.has(uuid) || seen.has(pageKey(name))) continue;
        seen.add(pageKey(name));
        yield fromDbName(name);
      }
    },
    async create(name) {
      await host.call('logseq.Editor.createPage', [toDbName(name), {}, { redirect: false, createFirstBlock: false }]);
    },
    async delete({ uuid }) {
      await host.call('logseq.Editor.deletePage', [uuid]);
    },
    async begin({ uuid }) {
      await host.call('logseq.Editor.insertBlock', [uuid, '', { sibling: false, focus: false }]);
    },
    async insert({ target, where }: Place, block: NewBlock) {
      const options = {
        sibling: where !== 'first',
        before: where !== 'after',
        focus: false,
        ...(block.uuid !== undefined && { customUUID: block.uuid }),
      };
      const { text, status } = splitTask(block.content);
      const uuid = toUuid(await host.call('logseq.Editor.insertBlock', [target, text, options]));
      await setStatus(host, uuid, null, status);
      await setProperties(host, uuid, block.properties);
      return uuid;
    },
    async insertAll({ target, where }, blocks) {
      await host.call('logseq.Editor.insertBatchBlock', [target, blocks.map(toBatch), { sibling: where === 'after' }]);
    },
    async update(ref, raw, content, properties) {
      const [was, is] = [splitTask(raw), splitTask(content)];
      if (is.text !== was.text) await host.call('logseq.Editor.updateBlock', [ref, is.text]);
      await setStatus(host, ref, was.status, is.status);
      await setProperties(host, ref, properties);
    },
    async remove(ref) {
      await host.call('logseq.Editor.removeBlock', [ref]);
    },
    setProperties: ({ uuid }, properties) => setProperties(host, uuid, properties),
    // What is no text has to be set on each block; and indentation would go, as in a file graph.
    survives: ({ content, properties }) =>
      !/\n[ \t]/.test(content) && Object.keys(properties).length === 0 && splitTask(content).status === null,
    check({ content }) {
      if (content.includes('\0')) throw fail('invalid', 'graph.bad_content', 'A block cannot hold the character NUL.');
    },
  };
}

interface Batch {
  content: string;
  children?: Batch[];
}

function toBatch(block: NewBlock): Batch {
  return {
    content: block.content,
    ...(block.children.length > 0 && { children: block.children.map(toBatch) }),
  };
}
