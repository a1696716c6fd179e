import { toFailure } from '../../shared/failure.ts';
import { isObject, type Json } from '../../shared/json.ts';
import type { AgentChannel } from '../server/agent-channel.ts';
import { AGAIN, SaidAgain } from './said-again.ts';

/** How soon a daemon that went is looked for, in milliseconds: at first, and when it stays away. */
const SOON_MS = 200;
const LATE_MS = 3_000;
/** JSON-RPC's own range for a server's failures. */
const AWAY = -32_000;
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

/**
 * One conversation of an agent over several daemons: when one goes, what was asked of it fails with what to do, and the next
 * one is greeted as the agent greeted the first; the agent is told to look at its tools again. Nothing is asked twice.
 */
export class AgentBridge {
  readonly #options: AgentBridgeOptions;
  readonly #again = new SaidAgain();
  #channel: AgentChannel | undefined;
  /** What the agent asked and nobody has answered. */
  readonly #open = new Set<string | number>();
  /** Whether the next daemon still has to answer our greeting; what the agent says meanwhile. */
  #greeting = false;
  readonly #early: unknown[] = [];
  #over = false;
  #wait = SOON_MS;
  #callOff = (): void => undefined;

  constructor(options: AgentBridgeOptions) {
    this.#options = options;
  }

  /** The first attachment. Rejects when the agent cannot be attached. */
  async begin(): Promise<void> {
    const made = await this.#options.attach(this.#ears);
    if (!made) throw new Error('The daemon went away.');
    this.#channel = made;
  }

  /** From the agent. */
  hear(message: unknown): void {
    const { id, method } = isObject(message) ? message : ({} as Record<string, Json>);
    this.#again.note(message);
    if (this.#greeting) return void this.#early.push(message);
    const isQuestion = method !== undefined && isId(id);
    if (this.#channel) {
      if (isQuestion) this.#open.add(id);
      return this.#channel.send(message);
    }
    if (isQuestion) this.#refuse(id);
  }

  close(): void {
    this.#over = true;
    this.#callOff();
    this.#channel?.close();
  }

  /** How a daemon is listened to. */
  readonly #ears = {
    onmessage: (message: unknown): void => {
      const { id, method } = isObject(message) ? message : {};
      if (method === undefined && this.#again.isOurs(id))
        return this.#greeting && id === AGAIN ? this.#greeted() : undefined;
      if (method === undefined && isId(id)) this.#open.delete(id);
      this.#options.tell(message);
    },
    onclose: (): void => {
      if (this.#over) return;
      this.#channel = undefined;
      this.#greeting = false;
      for (const id of this.#open) this.#refuse(id);
      this.#open.clear();
      this.#hearEarly();
      this.#lookAgain();
    },
  };

  #refuse(id: string | number): void {
    const error = { code: AWAY, message: 'The daemon is away. Start it: stagebook up' };
    this.#options.tell({ jsonrpc: '2.0', id, error });
  }

  #hearEarly(): void {
    for (const message of this.#early.splice(0)) this.hear(message);
  }

  #lookAgain(): void {
    this.#callOff();
    this.#callOff = this.#options.after(this.#wait, () => {
      this.#wait = Math.min(LATE_MS, this.#wait * 2);
      void this.#connect().catch((error: unknown) => {
        if (this.#over) return;
        // One that goes while it lets us in is as good as none.
        if (toFailure(error).retryable) this.#lookAgain();
        else this.#options.lost(error);
      });
    });
  }

  async #connect(): Promise<void> {
    const made = await this.#options.attach(this.#ears);
    if (this.#over) return made?.close();
    if (!made) return this.#lookAgain();
    this.#channel = made;
    const hello = this.#again.hello();
    if (!hello) return;
    this.#greeting = true;
    made.send(hello);
  }

  /** The next daemon knows the agent: it is told what the first one was, and the agent what may be another one now. */
  #greeted(): void {
    this.#greeting = false;
    this.#wait = SOON_MS;
    for (const message of this.#again.afterHello()) this.#channel?.send(message);
    for (const method of NEWS) this.#options.tell({ jsonrpc: '2.0', method });
    for (const uri of this.#again.subscribed()) {
      this.#options.tell({ jsonrpc: '2.0', method: 'notifications/resources/updated', params: { uri } });
    }
    this.#hearEarly();
  }
}

const isId = (id: unknown): id is string | number => typeof id === 'string' || typeof id === 'number';
