import { fail, type StagebookError } from '../../shared/failure.ts';
import { isObject, type Json } from '../../shared/json.ts';
import type { Node } from '../../shared/workflow/definition.ts';
import type { Transaction } from '../journal/journal.ts';
import type { Durable } from './durable.ts';
import type { JournaledRun } from './journaled.ts';
import type { RunContext } from './execute.ts';
import type { NodeScope } from './scope.ts';

/** Who has a slot under a concurrency key, who waits for one, in order, and how people call those who have one. */
export type Slots = { holders: string[]; queue: string[]; names?: Record<string, string> };

/** The cell that says which key a run holds or waits under. */
const slotOf = (run: string): string => `slot-of:${run}`;
/** What the names of the cells begin with that keep the slots of a key. */
export const SLOTS = 'slots:';
/** The cell that keeps the slots of a key. */
export const slotsUnder = (key: string): string => `${SLOTS}${key}`;

/**
 * Takes the run's place under `concurrency` of the header, waiting in line where it says so.
 * Throws `run.too_many` when it is full and says `refuse`.
 */
export async function takeSlot(
  durable: Durable & Pick<JournaledRun, 'run' | 'started'>,
  header: Node,
  context: RunContext,
  scope: NodeScope,
  signal: AbortSignal,
): Promise<void> {
  const settings = header.settings.concurrency;
  if (!isObject(settings) || context.dryRun) return;
  const key = String(context.resolve(settings.key as Json, scope));
  const limit = typeof settings.limit === 'number' ? settings.limit : 1;
  const refuses = settings['when-full'] === 'refuse';
  await durable.cell<Json>(slotOf(durable.run)).update('', 'slot-key', () => ({ value: key, result: key }));
  const { parent } = durable.started.payload;
  if (parent && (await isUnder(key, parent.run, durable))) return;
  const got = await durable.cell<Slots>(slotsUnder(key)).update<Json>('', 'slot', (current) => {
    const slots = current ?? { holders: [], queue: [] };
    const { run, started } = durable;
    const named = { ...slots, names: { ...slots.names, [run]: `#${started.payload.number} ${started.payload.title}` } };
    if (slots.holders.includes(run)) return { value: slots, result: 'taken' };
    if (slots.holders.length < limit) {
      return { value: { ...named, holders: [...slots.holders, run] }, result: 'taken' };
    }
    if (refuses) return { value: slots, result: { full: slots.holders.map((id) => nameOf(id, slots)) } };
    return {
      value: { ...named, queue: [...slots.queue.filter((waiting) => waiting !== run), run] },
      result: 'queued',
    };
  });
  if (isObject(got)) throw tooMany(key, limit, got.full as Holder[], durable.run);
  if (got === 'queued') await durable.message('', 0, undefined, signal);
}

/** A run that has a slot, and how people call it. */
type Holder = { run: string; name: string };

function nameOf(run: string, { names }: Slots): Holder {
  return { run, name: names?.[run] ?? run };
}

function tooMany(key: string, limit: number, holders: readonly Holder[], own: string): StagebookError {
  const who = holders.map(({ run, name }) => (name === run ? run : `${name} (${run})`)).join(' and ');
  const one = holders[0]!.run;
  return fail(
    'conflict',
    'run.too_many',
    `“${key}” is held by ${who}, and at most ${limit} at once may hold it. See what it waits for: stagebook show ${one}. It gives its place back when it ends, also by stagebook cancel ${one}; then have this run go on: stagebook resume ${own}.`,
    { data: { key, holders: holders.map((holder) => ({ ...holder })) } },
  );
}

/** Whether a run that is called stands in the slot of its caller already: waiting for that would never end. */
function isUnder(key: string, caller: string, durable: Durable): Promise<boolean> {
  return durable
    .cell<Json>(slotOf(caller))
    .update('', 'slot-above', (current) => ({ value: current, result: current === key }));
}

/** Gives back what a run held, in the commit of its end, and lets the next in line go on. */
export function freeSlot(transaction: Transaction, run: string): void {
  const key = transaction.cell(slotOf(run));
  if (typeof key !== 'string') return;
  transaction.setCell(slotOf(run), undefined);
  const slots = transaction.cell(slotsUnder(key)) as Slots | undefined;
  if (!slots) return;
  const { slots: left, next } = without(slots, run);
  if (next !== undefined) {
    transaction.append(next, { type: 'signal.received', node: '', payload: { name: 'slot', value: true } });
  }
  transaction.setCell(slotsUnder(key), left);
}

/** The slots when a run is gone, undefined when that leaves none taken; `next` is who has waited longest for what it held. */
export function without(slots: Slots, run: string): { slots: Slots | undefined; next: string | undefined } {
  const held = slots.holders.includes(run);
  const holders = slots.holders.filter((holder) => holder !== run);
  const queue = slots.queue.filter((waiting) => waiting !== run);
  const next = held ? queue.shift() : undefined;
  if (next !== undefined) holders.push(next);
  if (holders.length + queue.length === 0) return { slots: undefined, next };
  const { [run]: _gone, ...names } = slots.names ?? {};
  return { slots: { holders, queue, names }, next };
}
