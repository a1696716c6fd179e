import { receiptsOf, type StageReceipt } from '../../shared/run/receipts.ts';
import type { DocBlock, PageSource } from '../pages/page.ts';
import { section } from './structure.ts';
import { table } from './table.ts';
import { code, plain } from './text.ts';

/** More names than this are counted instead of told. */
const MOST_NAMES = 12;

/** What each persona was offered, used and was refused in each stage (personas.md, receipts). */
export function receiptBlocks({ state, events }: PageSource): DocBlock[] {
  const receipts = receiptsOf(state);
  const pinned = pinnedPersonas(events);
  const rows = receipts.map((receipt) => [
    plain(receipt.title || '–'),
    plain(receipt.persona || '–'),
    offered(receipt, pinned[receipt.persona]),
    list(receipt.used),
    list(counted(receipt.refused.map(({ wanted }) => wanted))),
    tokens(receipt),
  ]);
  const head = ['Stage', 'Persona', 'Offered', 'Used', 'Refused', 'Tokens forecast / spent'];
  const content = `What each was offered, used and was refused\n${table(head, rows)}`;
  return rows.length === 0 ? [] : section('receipts', 'Personas', [{ key: 'receipts/table', content }]);
}

function pinnedPersonas(events: PageSource['events']): Record<string, string> {
  const [first] = events;
  return first?.type === 'run.started' ? first.payload.personas : {};
}

/** To whom how many tools were given; without any, the definition that the steps of the page were held to. */
function offered({ offered: all }: StageReceipt, hash: string | undefined): string {
  const pinned = hash === undefined ? '' : `as pinned ${plain(hash.slice(0, 12))}`;
  const told = all.map(({ to, tools, shortened, budget, tokens: cost }) => {
    const short = shortened.length === 0 ? '' : `, ${shortened.length} with shorter descriptions`;
    const limit = budget === undefined ? '' : `, ${cost} of ${budget} tokens`;
    return `${tools.length} tools to ${plain(to)}${limit}${short}`;
  });
  return [...told, pinned].filter(Boolean).join('; ') || '–';
}

function counted(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function list(counts: Readonly<Record<string, number>>): string {
  const all = Object.entries(counts);
  const told = all.slice(0, MOST_NAMES).map(([name, count]) => (count === 1 ? code(name) : `${code(name)} × ${count}`));
  return [...told, ...(all.length > MOST_NAMES ? [`and ${all.length - MOST_NAMES} more`] : [])].join(', ');
}

function tokens({ forecast, spent, tokenizer, offered: all }: StageReceipt): string {
  if (all.length === 0 && spent === 0) return '0 / 0, no model was asked';
  return `${forecast} / ${spent}${tokenizer === undefined ? '' : ` (${plain(tokenizer)})`}`;
}
