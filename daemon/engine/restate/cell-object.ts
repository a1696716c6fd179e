import type { ObjectContext } from '@restatedev/restate-sdk';
import type { Json } from '../../../shared/json.ts';
import type { NewEvent } from '../../../shared/run/event.ts';
import type { MemoryRow } from '../../journal/journal.ts';
import { without, type Slots } from '../slots.ts';
import type { Sdk } from './load.ts';
import type { CellChange, CellLook } from './messages.ts';
import type { ServiceNames } from './names.ts';
import type { Sealed } from './sealed.ts';
import { FOR_EVER, opened, wireOf } from './wire.ts';

/** How many changes a cell remembers, so that one which is asked for again is not made twice; and in how many characters. */
const REMEMBERED = 500;
const MOST_CHARACTERS = 1_000_000;

interface Content {
  value?: Json;
  version: number;
  /** The latest changes with their results, the oldest first. */
  done: [op: string, result: Json][];
}

/**
 * A value that runs share. Whoever changes it has looked at a version of it: the change is made if that still holds, else the
 * new value is given back and decided on again.
 */
export function cellObject(sdk: Sdk, names: ServiceNames, token: string) {
  const wire = wireOf(sdk);
  const { exclusive } = sdk.handlers.object;
  const read = async (ctx: ObjectContext): Promise<Content> =>
    (await ctx.get<Content>('content')) ?? { version: 0, done: [] };
  const open = (sealed: Sealed): unknown => opened(sdk, sealed, token);
  const seen = ({ value, version, done }: Content, op: string): CellLook => {
    const before = done.find(([known]) => known === op);
    if (before) return { done: true, result: before[1] };
    return { done: false, value, version };
  };
  return sdk.object({
    name: names.cell,
    options: { journalRetention: 0, retryPolicy: FOR_EVER },
    handlers: {
      look: exclusive(async (ctx: ObjectContext, sealed: Sealed): Promise<CellLook> => {
        const { op } = open(sealed) as { op: string };
        return seen(await read(ctx), op);
      }),
      change: exclusive(async (ctx: ObjectContext, sealed: Sealed): Promise<CellLook> => {
        const { op, version, value, result } = open(sealed) as CellChange;
        const content = await read(ctx);
        const before = seen(content, op);
        if (before.done || before.version !== version) return before;
        // Who only looked may look again.
        if (JSON.stringify(value) === JSON.stringify(content.value)) return { done: true, result };
        const done = remembered([...content.done, [op, result]]);
        ctx.set<Content>('content', { ...(value === undefined ? {} : { value }), version: version + 1, done });
        return { done: true, result };
      }),
      /** A named memory: all that one run has there, in place of what it had. */
      remember: exclusive(
        { ingressPrivate: true },
        async (ctx: ObjectContext, { run, own }: { run: string; own: MemoryRow[] }): Promise<void> => {
          const rows = (await ctx.get<MemoryRow[]>('memory')) ?? [];
          ctx.set('memory', [...own, ...rows.filter((row) => row.run !== run)]);
        },
      ),
      recall: exclusive(
        { ingressPrivate: true },
        async (ctx: ObjectContext): Promise<MemoryRow[]> => (await ctx.get<MemoryRow[]>('memory')) ?? [],
      ),
      /** A run has ended: its slot goes to the next in line. */
      free: exclusive(
        { ingressPrivate: true },
        async (ctx: ObjectContext, { run, at }: { run: string; at: number }): Promise<void> => {
          const content = await read(ctx);
          if (content.value === undefined) return;
          const { slots, next } = without(content.value as Slots, run);
          const value = slots === undefined ? {} : { value: slots };
          ctx.set<Content>('content', { ...value, version: content.version + 1, done: content.done });
          if (next === undefined) return;
          const events: NewEvent[] = [{ type: 'signal.received', node: '', payload: { name: 'slot', value: true } }];
          wire.send(ctx, { service: names.inbox, key: next, method: 'put' }, { events, at });
        },
      ),
    },
  });
}

/** The latest of them, and the very last whatever its size. */
function remembered(done: Content['done']): Content['done'] {
  let size = 0;
  const latest = done.slice(-REMEMBERED).toReversed();
  const most = latest.findIndex(([, result]) => (size += JSON.stringify(result).length) > MOST_CHARACTERS);
  return (most === -1 ? latest : latest.slice(0, Math.max(most, 1))).toReversed();
}
