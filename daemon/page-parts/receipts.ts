import type { DocBlock, PageSource } from '../pages/page.ts';
import { section } from './structure.ts';
import { table } from './table.ts';
import { code, plain } from './text.ts';

interface Receipt {
  used: Map<string, number>;
  refused: Map<string, number>;
}

/** What each persona used and was refused (personas.md, receipts). Tokens are told only where a model was asked. */
export function receiptBlocks({ state, events }: PageSource): DocBlock[] {
  const receipts = new Map<string, Receipt>();
  const receiptOf = (persona: string): Receipt => {
    const receipt = receipts.get(persona) ?? { used: new Map(), refused: new Map() };
    receipts.set(persona, receipt);
    return receipt;
  };
  for (const { persona, step } of state.nodes.values()) {
    const who = step?.persona ?? persona;
    if (who === undefined) continue;
    const { used } = receiptOf(who);
    if (step) add(used, step.action);
  }
  for (const { persona, wanted } of state.refusals) add(receiptOf(persona).refused, wanted);
  const pinned = pinnedPersonas(events);
  const rows = [...receipts].map(([persona, { used, refused }]) => [
    plain(persona),
    pinned[persona] ? plain(pinned[persona].slice(0, 12)) : '–',
    list(used),
    list(refused),
    tokens(used),
  ]);
  const head = ['Persona', 'Offered: pinned definition', 'Used', 'Refused', 'Tokens forecast / spent'];
  const content = `What each was offered, used and was refused\n${table(head, rows)}`;
  return rows.length === 0 ? [] : section('receipts', 'Personas', [{ key: 'receipts/table', content }]);
}

function pinnedPersonas(events: PageSource['events']): Record<string, string> {
  const [first] = events;
  return first?.type === 'run.started' ? first.payload.personas : {};
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function list(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([name, count]) => (count === 1 ? code(name) : `${code(name)} × ${count}`)).join(', ');
}

function tokens(used: ReadonlyMap<string, number>): string {
  return [...used.keys()].some((action) => action.startsWith('agent.')) ? 'not measured' : '0 / 0, no model was asked';
}
