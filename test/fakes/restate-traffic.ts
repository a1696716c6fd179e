import type { ObjectContext } from '@restatedev/restate-sdk';
import type { Sdk } from '../../daemon/engine/restate/load.ts';
import type { Sealed } from '../../daemon/engine/restate/sealed.ts';

type Handler = (ctx: ObjectContext, input: unknown) => Promise<unknown>;

const SENT = 'x-sent';

/**
 * What goes to and fro between the objects of a worker in this process: the only way to know without waiting that nothing is
 * under way, since Restate shows no message on its way from one partition to another.
 */
export class Traffic {
  /** Of what the hub has told and an inbox has taken: the seals. */
  readonly taken = new Set<string>();
  /** By run, the number of the last letter in its inbox. */
  readonly posted = new Map<string, number>();
  /** One-way messages that have not had their effect yet, with whom they are for. */
  readonly #sent = new Map<string, { method: string; key: string }>();
  readonly #arrived = new Set<string>();

  /** Whether nothing is under way but calls of runs on which somebody works already. */
  isStill(working: ReadonlySet<string>): boolean {
    return [...this.#sent.values()].every(({ method, key }) => method === 'go' && working.has(key));
  }

  /** The SDK, with everything watched that its handlers send and take. */
  watching(sdk: Sdk): Sdk {
    const { exclusive } = sdk.handlers.object;
    const watched = (first: unknown, second?: Handler): unknown => {
      const handler = second ?? (first as Handler);
      const around: Handler = (ctx, input) => this.#handle(ctx, input, handler);
      return second ? exclusive(first as object, around) : exclusive(around);
    };
    const object = { ...sdk.handlers.object, exclusive: watched as typeof exclusive };
    return { ...sdk, handlers: { ...sdk.handlers, object } };
  }

  async #handle(ctx: ObjectContext, input: unknown, handler: Handler): Promise<unknown> {
    const { id, headers } = ctx.request();
    let count = 0;
    const send = ctx.genericSend.bind(ctx);
    ctx.genericSend = (message) => {
      // The same each time that the handler is repeated.
      const sent = `${id}/${(count += 1)}`;
      if (!this.#arrived.has(sent)) this.#sent.set(sent, { method: message.method, key: message.key ?? '' });
      return send({ ...message, headers: { [SENT]: sent } });
    };
    const set = ctx.set.bind(ctx);
    ctx.set = (name: string, value: unknown) => {
      set(name, value);
      if (name === 'last') this.posted.set(ctx.key, value as number);
    };
    const result = await handler(ctx, input);
    if (isTold(input)) this.taken.add(input.mac);
    const arrived = headers.get(SENT);
    if (arrived !== undefined) {
      this.#arrived.add(arrived);
      this.#sent.delete(arrived);
    }
    return result;
  }
}

/** From the hub's forwarder: neither an alarm nor a cell. */
function isTold(input: unknown): input is Sealed {
  return /^\{"hub":"\w+","run":"\w+","events":/.test((input as Partial<Sealed> | undefined)?.sealed ?? '');
}
