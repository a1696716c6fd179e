import type Database from 'better-sqlite3';
import type { Clock } from '../clock.ts';
import { idOfBearer, isBearer, newBearer } from './bearer.ts';

/** Somebody's agent that was given a token for the gateway. Times in ms since the epoch. */
export interface Agent {
  agent: string;
  name: string;
  /** The only run that its token opens; any without one. */
  run?: string;
  addedAt: number;
  revokedAt?: number;
}

/** The agents that were given tokens. Of a token only its hash is kept. */
export class Agents {
  readonly #clock: Clock;
  readonly #statements;
  readonly #onRevoked = new Set<() => void>();

  constructor(database: Database.Database, clock: Clock) {
    this.#clock = clock;
    this.#statements = {
      all: database.prepare<[], Row>('select * from agents order by added_at, agent'),
      one: database.prepare<[string], Row>('select * from agents where agent = ?'),
      add: database.prepare<[string, string, string, string | null, number]>(
        'insert into agents values (?, ?, ?, ?, ?, null)',
      ),
      revoke: database.prepare<[number, string]>(
        'update agents set revoked_at = ? where agent = ? and revoked_at is null',
      ),
    };
  }

  list(): Agent[] {
    return this.#statements.all.all().map(toAgent);
  }

  /** Adds an agent. Its token is given out here and never again. */
  add(name: string, run?: string): { agent: Agent; token: string } {
    const { id: agent, hash, token } = newBearer();
    const addedAt = this.#clock.now();
    this.#statements.add.run(agent, name, hash, run ?? null, addedAt);
    return { agent: { agent, name, addedAt, ...(run === undefined ? {} : { run }) }, token };
  }

  /** Whose token it is; undefined for one that is unknown, wrong or revoked. */
  ofToken(token: string): Agent | undefined {
    const row = this.#statements.one.get(idOfBearer(token));
    return isBearer(token, row?.token) && row?.revoked_at === null ? toAgent(row) : undefined;
  }

  /** Whether it may still come in. */
  has(agent: string): boolean {
    return this.#statements.one.get(agent)?.revoked_at === null;
  }

  /** From now on its token opens nothing. False when there is no such agent that could be revoked. */
  revoke(agent: string): boolean {
    const revoked = this.#statements.revoke.run(this.#clock.now(), agent).changes > 0;
    if (revoked) for (const listener of this.#onRevoked) listener();
    return revoked;
  }

  /** Calls when a token was revoked: whoever came in by it is to go. */
  onRevoked(listener: () => void): void {
    this.#onRevoked.add(listener);
  }
}

interface Row {
  agent: string;
  name: string;
  token: string;
  run: string | null;
  added_at: number;
  revoked_at: number | null;
}

function toAgent({ agent, name, run, added_at, revoked_at }: Row): Agent {
  return {
    agent,
    name,
    addedAt: added_at,
    ...(run === null ? {} : { run }),
    ...(revoked_at === null ? {} : { revokedAt: revoked_at }),
  };
}
