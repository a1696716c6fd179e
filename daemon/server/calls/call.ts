import type { z } from 'zod';
import type { CALLS, CallName, CallResults } from '../../../shared/protocol/calls.ts';
import type { Connection } from '../connection.ts';
import type { Peer } from '../peer.ts';

/** Who calls, and over what. */
export interface Caller {
  peer: Peer;
  connection: Connection;
}

/** A caller that signs: a person at a device of theirs. */
export interface SigningCaller extends Caller {
  peer: Extract<Peer, { right: 'sign' }>;
}

type CallerOf<C extends CallName> = (typeof CALLS)[C]['right'] extends 'sign' ? SigningCaller : Caller;

/** Does one call. Its parameters fit and the caller has the right when this is called. */
export type Handler<C extends CallName> = (
  parameters: z.output<(typeof CALLS)[C]['with']>,
  caller: CallerOf<C>,
) => CallResults[C] | Promise<CallResults[C]>;

/** A group of calls. */
export type Calls<C extends CallName> = { [K in C]: Handler<K> };
