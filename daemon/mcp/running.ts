import { fail } from '../../shared/failure.ts';
import type { Clock } from '../clock.ts';
import type { Connection } from './connection.ts';
import { IDLE_MS } from './limits.ts';
import type { ServerConfig } from './server-config.ts';

interface Running {
  connection: Promise<Connection>;
  /** How many have it do something now. */
  users: number;
  takeBack(): void;
}

/** The servers that have begun: each is started when it is first needed, shared by all, and ended when nobody needs it. */
export class RunningServers {
  readonly #begin: (name: string, config: ServerConfig) => Promise<Connection>;
  readonly #clock: Clock;
  readonly #running = new Map<string, Running>();
  #closed = false;

  /** `begin` starts or reaches a server. */
  constructor(begin: (name: string, config: ServerConfig) => Promise<Connection>, clock: Clock) {
    this.#begin = begin;
    this.#clock = clock;
  }

  /** Has a server do something. Rejects with `mcp.closed` after `close`, else as beginning it or the work does. */
  async use<T>(name: string, config: ServerConfig, work: (connection: Connection) => Promise<T>): Promise<T> {
    const entry = this.#open(name, config);
    entry.takeBack();
    entry.users += 1;
    try {
      return await work(await entry.connection);
    } finally {
      entry.users -= 1;
      if (entry.users === 0 && this.#running.get(name) === entry) {
        entry.takeBack = this.#clock.at(this.#clock.now() + IDLE_MS, () => void this.#end(name, entry));
      }
    }
  }

  /** Ends all of them; none is begun any more. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#running].map(([name, entry]) => this.#end(name, entry)));
  }

  #open(name: string, config: ServerConfig): Running {
    if (this.#closed) throw fail('unavailable', 'mcp.closed', 'Stagebook is closing; no server is started any more.');
    const known = this.#running.get(name);
    if (known) return known;
    const entry: Running = { connection: this.#begin(name, config), users: 0, takeBack: () => undefined };
    this.#running.set(name, entry);
    const forget = (): void => {
      entry.takeBack();
      if (this.#running.get(name) === entry) this.#running.delete(name);
    };
    entry.connection.then((connection) => void connection.closed.then(forget), forget);
    return entry;
  }

  async #end(name: string, entry: Running): Promise<void> {
    if (this.#running.get(name) === entry) this.#running.delete(name);
    entry.takeBack();
    const connection = await entry.connection.catch(() => undefined);
    await connection?.close();
  }
}
