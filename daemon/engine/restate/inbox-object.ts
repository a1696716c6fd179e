import type { ObjectContext } from '@restatedev/restate-sdk';
import type { Sdk } from './load.ts';
import type { Mail, Start, Tell } from './messages.ts';
import type { ServiceNames } from './names.ts';
import { unseal, type Sealed } from './sealed.ts';
import { FOR_EVER, wireOf } from './wire.ts';

type Letter = Omit<Mail, 'n'>;

/**
 * How many of the latest messages from the hub are known by their key. It tells a run one after the other, so that only the last
 * can come twice; one that was restored from a backup tells a few again.
 */
const REMEMBERED = 10;

/**
 * What is sent to a run, in the order of its coming, until the run has taken it. Whoever works on the run is told at once;
 * when nobody does, the run is called. Only `start` and `tell` can be reached from outside, and take what the hub has sealed;
 * `refused` is told of everything else.
 */
export function inboxObject(sdk: Sdk, names: ServiceNames, hub: string, token: string, refused: () => void) {
  const wire = wireOf(sdk);
  const { exclusive } = sdk.handlers.object;
  const post = async (ctx: ObjectContext, letter: Letter): Promise<void> => {
    const mail = (await ctx.get<Mail[]>('mail')) ?? [];
    const n = ((await ctx.get<number>('last')) ?? 0) + 1;
    const all = [...mail, { ...letter, n }];
    ctx.set('mail', all);
    ctx.set('last', n);
    const wake = await ctx.get<string>('wake');
    if (wake === null) wire.send(ctx, { service: names.run, key: ctx.key, method: 'go' });
    else {
      ctx.resolveAwakeable(wake, all);
      ctx.clear('wake');
    }
  };
  /** From outside: sealed, of this hub and for this run, or not taken at all. */
  const open = (ctx: ObjectContext, sealed: Sealed): Start | Tell => {
    try {
      const message = unseal(sealed, token) as Start | Tell;
      if (message.hub === hub && message.run === ctx.key) return message;
    } catch (error) {
      refused();
      throw new sdk.TerminalError((error as Error).message, { errorCode: 403 });
    }
    throw new sdk.TerminalError('This message is for another hub or another run.', { errorCode: 403 });
  };
  const dropTaken = async (ctx: ObjectContext, after: number): Promise<Mail[]> => {
    const mail = (await ctx.get<Mail[]>('mail')) ?? [];
    const left = mail.filter(({ n }) => n > after);
    if (left.length < mail.length) ctx.set('mail', left);
    return left;
  };
  return sdk.object({
    name: names.inbox,
    options: { journalRetention: 0, retryPolicy: FOR_EVER },
    handlers: {
      start: exclusive(async (ctx: ObjectContext, sealed: Sealed): Promise<void> => {
        const start = open(ctx, sealed) as Start;
        await post(ctx, { start, at: start.at });
      }),
      tell: exclusive(async (ctx: ObjectContext, sealed: Sealed): Promise<void> => {
        const { events, at, timer, again, key } = open(ctx, sealed) as Tell;
        if (key !== undefined) {
          const told = (await ctx.get<string[]>('told')) ?? [];
          if (told.includes(key)) return;
          ctx.set('told', [...told, key].slice(-REMEMBERED));
        }
        await post(ctx, { at, ...(again ? { again } : timer ? { timer } : { events }) });
      }),
      /** From our other objects. */
      put: exclusive({ ingressPrivate: true }, post),
      /** What has come since; what comes from now on resolves the awakeable `wake`. */
      take: exclusive(
        { ingressPrivate: true },
        async (ctx: ObjectContext, { after, wake }: { after: number; wake: string }): Promise<Mail[]> => {
          ctx.set('wake', wake);
          return dropTaken(ctx, after);
        },
      ),
      /** Nobody works on the run any more. */
      rest: exclusive(
        { ingressPrivate: true },
        async (ctx: ObjectContext, { after }: { after: number }): Promise<void> => {
          ctx.clear('wake');
          const left = await dropTaken(ctx, after);
          if (left.length > 0) wire.send(ctx, { service: names.run, key: ctx.key, method: 'go' });
        },
      ),
    },
  });
}
