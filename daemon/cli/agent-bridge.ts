import { toFailure } from '../../shared/failure.ts';
import { isObject, type Json, type JsonObject } from '../../shared/json.ts';
import type { AgentChannel } from '../server/agent-channel.ts';

/** How soon a daemon that went is looked for, in milliseconds: at first, and when it stays away. */
const SOON_MS = 200;
const LATE_MS = 3_000;
/** JSON-RPC's own range for a server's failures. */
const AWAY = -32_000;
/** The id of a greeting that we say again: no client has a text like it. */
const AGAIN = 'stagebook-greets-again';
const NEWS = ['tools', 'resources', 'prompts'].map((kind) => `notifications/${kind}/list_changed`);

export interface AgentBridgeOptions {
  /** To the agent. */
  tell(message: unknown): void;
  /** Attaches the agent at the daemon. Undefined while none is there; rejects when it cannot be attached any more. */
  attach(on: Pick<AgentChannel, 'onmessage' | 'onclose'>): Promise<AgentChannel | undefined>;
  after(milliseconds: number, run: () => void): () => void;
  /** It cannot go on: the run that it was attached to is gone, say. */
  lost(error: unknown): void;
}

/** Keeps an agent attached while daemons come and go. */
export interface AgentBridge {
  /** The first attachment. Rejects when the agent cannot be attached. */
  begin(): Promise<void>;
  /** From the agent. */
  hear(message: unknown): void;
  close(): void;
}

/**
 * One conversation of an agent over several daemons: when one goes, what was asked of it fails with what to do, and the next
 * one is greeted as the agent greeted the first; the agent is told to look at its tools again. Nothing is asked twice.
 */
export function bridgeAgent({ tell, attach, after, lost }: AgentBridgeOptions): AgentBridge {
  let channel: AgentChannel | undefined;
  /** The agent's own greeting, to be said again. */
  let hello: JsonObject | undefined;
  let greeted: JsonObject | undefined;
  /** What the agent asked and nobody has answered. */
  const open = new Set<string | number>();
  /** Whether the next daemon still has to answer our greeting; what the agent says meanwhile. */
  let greeting = false;
  const early: unknown[] = [];
  let over = false;
  let wait = SOON_MS;
  let callOff = () => {};

  const refuse = (id: string | number): void =>
    tell({ jsonrpc: '2.0', id, error: { code: AWAY, message: 'The daemon is away. Start it: stagebook up' } });

  const on = {
    onmessage(message: unknown): void {
      const { id, method } = isObject(message) ? message : {};
      if (greeting && id === AGAIN) return greetedAgain();
      if (method === undefined && isId(id)) open.delete(id);
      tell(message);
    },
    onclose(): void {
      if (over) return;
      channel = undefined;
      greeting = false;
      for (const id of open) refuse(id);
      open.clear();
      for (const message of early.splice(0)) hear(message);
      again();
    },
  };

  function again(): void {
    callOff();
    callOff = after(wait, () => {
      wait = Math.min(LATE_MS, wait * 2);
      void connect().catch((error: unknown) => {
        if (over) return;
        // One that goes while it lets us in is as good as none.
        if (toFailure(error).retryable) again();
        else lost(error);
      });
    });
  }

  async function connect(): Promise<void> {
    const made = await attach(on);
    if (over) return made?.close();
    if (!made) return again();
    channel = made;
    if (!hello) return;
    greeting = true;
    made.send({ ...hello, id: AGAIN });
  }

  function greetedAgain(): void {
    greeting = false;
    wait = SOON_MS;
    if (greeted) channel?.send(greeted);
    for (const method of NEWS) tell({ jsonrpc: '2.0', method });
    for (const message of early.splice(0)) hear(message);
  }

  function hear(message: unknown): void {
    const { id, method } = isObject(message) ? message : ({} as Record<string, Json>);
    if (method === 'initialize' && isObject(message)) hello = message;
    if (method === 'notifications/initialized' && isObject(message)) greeted = message;
    if (greeting) return void early.push(message);
    if (channel) {
      if (method !== undefined && isId(id)) open.add(id);
      return channel.send(message);
    }
    if (method !== undefined && isId(id)) refuse(id);
  }

  return {
    async begin() {
      const made = await attach(on);
      if (!made) throw new Error('The daemon went away.');
      channel = made;
    },
    hear,
    close() {
      over = true;
      callOff();
      channel?.close();
    },
  };
}

const isId = (id: unknown): id is string | number => typeof id === 'string' || typeof id === 'number';
