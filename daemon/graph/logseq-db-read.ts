import { fromDbName } from '../../shared/logseq/names.ts';
import { speller } from '../../shared/logseq/references.ts';
import { joinTask } from '../../shared/logseq/task.ts';
import type { GraphBlock } from './graph.ts';
import type { LogseqHost } from './host.ts';
import type { DbPages, NamedEntity } from './logseq-db-pages.ts';
import { hasProperties, isTask, propertiesOf } from './logseq-db-properties.ts';
import { toBlocks, type HostBlock } from './logseq-entity.ts';
import { loneEmptyBlock, type HostPage } from './logseq-page.ts';

/** A page of a DB graph as it stands now: what its texts and properties refer to is spelt by name again. */
export async function readDbPage(host: LogseqHost, pages: DbPages, { entity, name }: NamedEntity): Promise<HostPage> {
  const tree = toBlocks(await host.call('logseq.Editor.getPageBlocksTree', [entity.uuid]));
  const spelt = speller(pages.byId);
  const spellAll = async (properties: Record<string, string>): Promise<void> => {
    for (const [key, value] of Object.entries(properties)) properties[key] = await spelt(value);
  };
  const raw = new Map<string, string>();
  const toBlock = async (block: HostBlock): Promise<GraphBlock> => {
    const has = hasProperties(block);
    const { properties, status } = has ? await propertiesOf(host, block.uuid) : { properties: {}, status: null };
    await spellAll(properties);
    const text = await spelt(block.title ?? block.content ?? '');
    const content = isTask(block) ? joinTask(text, status) : text;
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
  const { properties } = await propertiesOf(host, entity.uuid);
  await spellAll(properties);
  const empty = loneEmptyBlock(blocks);
  return {
    name: fromDbName(name),
    uuid: entity.uuid,
    properties,
    blocks: empty ? [] : blocks,
    raw,
    ...(empty && { placeholder: empty.ref }),
    exists: blocks.length > 0 || Object.keys(properties).length > 0,
  };
}
