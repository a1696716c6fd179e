import type { DoubleConfig, Seed, SeedBlock } from '../double.ts';
import { createModel, type Model } from '../model/model.ts';

const A_MOMENT_MS = 5;

/** A graph with these pages, written block by block, because batches lose indentation. */
export async function graphOf(seed: Seed, config: Pick<DoubleConfig, 'host' | 'changes'>): Promise<Model> {
  const model = createModel({
    kind: seed.kind,
    hostAge: config.host,
    graph: seed.graph,
    changes: config.changes,
  });
  for (const { title, journal, blocks } of seed.pages) {
    await model.call('create_page', [
      title,
      {},
      { redirect: false, createFirstBlock: false, journal: journal ?? false },
    ]);
    for (const block of blocks) await insert(model, title, block, true);
  }
  // An insertion puts the cursor into its block a moment later, on old hosts always.
  await new Promise((resolve) => setTimeout(resolve, A_MOMENT_MS));
  model.edit(null);
  return model;
}

async function insert(model: Model, target: string, block: SeedBlock, top: boolean): Promise<void> {
  const made = (await (top
    ? model.call('append_block_in_page', [target, block.content, { focus: false }])
    : model.call('insert_block', [target, block.content, { sibling: false, focus: false }]))) as {
    uuid: string;
  } | null;
  if (!made) throw new Error(`The double could not write “${block.content.slice(0, 40)}”`);
  for (const child of block.children ?? []) await insert(model, made.uuid, child, false);
}

/** A day as pages of journals are called: `Nov 21st, 2026`. */
export function journalTitle(day: Date): string {
  const month = day.toLocaleString('en', { month: 'short' });
  const date = day.getDate();
  const ending = date % 100 >= 11 && date % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][date % 10] ?? 'th');
  return `${month} ${date}${ending}, ${day.getFullYear()}`;
}
