import { fail } from '../../shared/failure.ts';
import { isObject } from '../../shared/json.ts';
import { pagesFound } from '../../shared/logseq/answer.ts';
import { LOGSEQ_QUERIES } from '../../shared/logseq/methods.ts';
import type { GraphBlock } from './graph.ts';
import { attempt, type LogseqHost } from './host.ts';
import { toBlocks, toPage, toUuid, type HostBlock, type HostPageEntity } from './logseq-entity.ts';
import { isThere, type Dialect, type HostPage, type NewBlock, type Place } from './logseq-page.ts';
import { fromDbName, toDbName } from '../../shared/logseq/names.ts';
import { isDeleted, wholeNames } from '../../shared/logseq/page-rows.ts';
import { speller, wholeName } from '../../shared/logseq/references.ts';
import { joinTask, splitTask, STATUS, TASK_TAG } from '../../shared/logseq/task.ts';
import { pageKey } from './names.ts';

/** A property of ours or of a person's, not one of Logseq's own: `:plugin.property.stagebook/status`. */
const PROPERTY = /^:?((?:plugin\.property\.[^/]+|user\.property)\/(.+))$/;

/** A DB graph through Logseq: properties are entities, references are uuids, and a name with slashes is a page under pages. */
export function dbDialect(host: LogseqHost): Dialect {
  const pageById = async (id: string | number): Promise<HostPageEntity | null> =>
    toPage(await host.call('logseq.Editor.getPage', [id]));

  const fullName = (entity: HostPageEntity): Promise<string> => wholeName(entity, pageById);

  /** The pages that a name can mean, the likeliest first. */
  async function* candidates(name: string): AsyncGenerator<{ entity: HostPageEntity; name: string }> {
    const wanted = toDbName(name);
    const parts = wanted.split('/');
    const seen = new Set<string>();
    let others = false;
    // Mostly the last part is enough; of several pages of that title, Logseq gives any.
    for (const title of new Set([parts.at(-1)!, wanted])) {
      const entity = await pageById(title);
      if (!entity) continue;
      others = true;
      if (isDeleted(entity)) continue;
      const full = await fullName(entity);
      if (pageKey(full) !== pageKey(wanted)) continue;
      seen.add(entity.uuid);
      yield { entity, name: full };
    }
    if (!others) return;
    for (const [uuid, full] of await allPages()) {
      if (seen.has(uuid) || pageKey(full) !== pageKey(wanted)) continue;
      const entity = await pageById(uuid);
      if (entity) yield { entity, name: full };
    }
  }

  const allPages = async (): Promise<Map<string, string>> =>
    wholeNames(await host.call('logseq.DB.datascriptQuery', [LOGSEQ_QUERIES.pagesInDb]));

  /** Properties by their names, and what the host calls each. */
  const propertiesOf = async (uuid: string) => {
    const properties: Record<string, string> = {};
    const idents: Record<string, string> = {};
    const answer = await host.call('logseq.Editor.getBlockProperties', [uuid]);
    for (const [key, value] of isObject(answer) ? Object.entries(answer) : []) {
      const [, ident, name] = PROPERTY.exec(key) ?? [];
      if (ident === undefined || name === undefined || value === null) continue;
      properties[name.toLowerCase()] = valueText(value);
      idents[name.toLowerCase()] = ident;
    }
    return { properties, idents, status: isObject(answer) ? answer[`:${STATUS}`] : null };
  };

  const setOf = async (uuid: string, changes: Readonly<Record<string, string>>): Promise<void> => {
    const entries = Object.entries(changes).filter(([name]) => name !== 'collapsed' && name !== 'id');
    if (Object.hasOwn(changes, 'collapsed')) {
      await attempt(host, 'logseq.Editor.setBlockCollapsed', [uuid, changes.collapsed === 'true']);
    }
    if (entries.length === 0) return;
    const { idents } = await propertiesOf(uuid);
    for (const [name, value] of entries) {
      const ident = idents[name];
      if (value === '') {
        if (ident !== undefined) await host.call('logseq.Editor.removeBlockProperty', [uuid, ident]);
        continue;
      }
      // A property is made before it is set: its type would else be guessed from its first value.
      if (ident === undefined)
        await host.call('logseq.Editor.upsertProperty', [name, { type: 'default', cardinality: 'one' }]);
      await host.call('logseq.Editor.upsertBlockProperty', [uuid, ident ?? name, value]);
    }
  };

  const setStatus = async (uuid: string, was: string | null, is: string | null): Promise<void> => {
    if (is === was) return;
    if (is !== null) await host.call('logseq.Editor.upsertBlockProperty', [uuid, STATUS, is]);
    else {
      await host.call('logseq.Editor.removeBlockProperty', [uuid, STATUS]);
      // Without a status, a task is one to do.
      await attempt(host, 'logseq.Editor.removeBlockTag', [uuid, TASK_TAG]);
    }
  };

  /** The page of a name. One that something stands on comes before one that is only named somewhere. */
  const read = async (name: string): Promise<HostPage | null> => {
    let first: HostPage | null = null;
    for await (const found of candidates(name)) {
      const page = await readPage(found);
      if (isThere(page)) return page;
      first ??= page;
    }
    return first;
  };

  const readPage = async ({ entity, name }: { entity: HostPageEntity; name: string }): Promise<HostPage> => {
    const tree = toBlocks(await host.call('logseq.Editor.getPageBlocksTree', [entity.uuid]));
    /** What a text refers to, by name again. */
    const spelt = speller(pageById);
    const spellAll = async (properties: Record<string, string>): Promise<void> => {
      for (const [key, value] of Object.entries(properties)) properties[key] = await spelt(value);
    };
    const raw = new Map<string, string>();
    const toBlock = async (block: HostBlock): Promise<GraphBlock> => {
      const isTask = `:${STATUS}` in block;
      const has = isTask || Object.keys(block).some((key) => PROPERTY.test(key));
      const { properties, status } = has ? await propertiesOf(block.uuid) : { properties: {}, status: null };
      await spellAll(properties);
      const text = await spelt(block.title ?? block.content ?? '');
      const content = isTask ? joinTask(text, status) : text;
      raw.set(block.uuid, content);
      const children: GraphBlock[] = [];
      for (const child of block.children ?? []) children.push(await toBlock(child));
      return {
        ref: block.uuid,
        uuid: block.uuid,
        content,
        properties: { ...properties, ...(block['collapsed?'] && { collapsed: 'true' }) },
        children,
      };
    };
    const blocks: GraphBlock[] = [];
    for (const block of tree) blocks.push(await toBlock(block));
    const { properties } = await propertiesOf(entity.uuid);
    await spellAll(properties);
    const [first] = blocks;
    const isEmpty =
      blocks.length === 1 &&
      first!.content.trim() === '' &&
      first!.children.length === 0 &&
      Object.keys(first!.properties).length === 0;
    return {
      name: fromDbName(name),
      uuid: entity.uuid,
      properties,
      blocks: isEmpty ? [] : blocks,
      raw,
      ...(isEmpty && { placeholder: first!.ref }),
      exists: blocks.length > 0 || Object.keys(properties).length > 0,
    };
  };

  return {
    kind: 'db',
    read,
    async workflows() {
      const found = pagesFound(await host.call('logseq.DB.datascriptQuery', [LOGSEQ_QUERIES.workflowsInDb]));
      const names = await allPages();
      // What is in the recycle bin has no name any more.
      return [...new Set(found.flatMap(({ uuid }) => names.get(uuid ?? '') ?? []).map(fromDbName))];
    },
    async *names() {
      const written = await host.call('logseq.DB.datascriptQuery', [LOGSEQ_QUERIES.writtenInDb]);
      const uuids = new Set(Array.isArray(written) ? written.flat() : []);
      const seen = new Set<string>();
      for (const [uuid, name] of await allPages()) {
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
      await setStatus(uuid, null, status);
      await setOf(uuid, block.properties);
      return uuid;
    },
    async insertAll({ target, where }, blocks) {
      await host.call('logseq.Editor.insertBatchBlock', [target, blocks.map(toBatch), { sibling: where === 'after' }]);
    },
    async update(ref, raw, content, properties) {
      const [was, is] = [splitTask(raw), splitTask(content)];
      if (is.text !== was.text) await host.call('logseq.Editor.updateBlock', [ref, is.text]);
      await setStatus(ref, was.status, is.status);
      await setOf(ref, properties);
    },
    async remove(ref) {
      await host.call('logseq.Editor.removeBlock', [ref]);
    },
    setProperties: ({ uuid }, properties) => setOf(uuid, properties),
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

/** A property's value as text. What is an entity comes as what it says, where the host tells. */
function valueText(value: unknown): string {
  if (Array.isArray(value)) return value.map(valueText).join(', ');
  if (isObject(value)) return valueText(value.value ?? value.title ?? value.content ?? '');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
