import type Database from 'better-sqlite3';
import type { Clock } from '../clock.ts';
import { idOfBearer, isBearer, newBearer } from './bearer.ts';

/** A plugin that was paired with this daemon: it may read and propose (security.md 2). Times in ms since the epoch. */
export interface Plugin {
  plugin: string;
  name: string;
  addedAt: number;
  revokedAt?: number;
}

/** The plugins that were paired. Of a token only its hash is kept. */
export class Plugins {
  readonly #clock: Clock;
  readonly #statements;

  constructor(database: Database.Database, clock: Clock) {
    this.#clock = clock;
    this.#statements = {
      all: database.prepare<[], Row>('select * from plugins order by added_at, plugin'),
      one: database.prepare<[string], Row>('select * from plugins where plugin = ?'),
      add: database.prepare<[string, string, string, number]>('insert into plugins values (?, ?, ?, ?, null)'),
      revoke: database.prepare<[number, string]>(
        'update plugins set revoked_at = ? where plugin = ? and revoked_at is null',
      ),
    };
  }

  list(): Plugin[] {
    return this.#statements.all.all().map(toPlugin);
  }

  /** Adds a plugin. Its token is given out here and never again. */
  add(name: string): { plugin: Plugin; token: string } {
    const { id: plugin, hash, token } = newBearer();
    const addedAt = this.#clock.now();
    this.#statements.add.run(plugin, name, hash, addedAt);
    return { plugin: { plugin, name, addedAt }, token };
  }

  /** Whose token it is; undefined for one that is unknown, wrong or revoked. Takes as long for a wrong one as for a right one. */
  ofToken(token: string): Plugin | undefined {
    const row = this.#statements.one.get(idOfBearer(token));
    return isBearer(token, row?.token) && row?.revoked_at === null ? toPlugin(row) : undefined;
  }

  /** Whether it may still come in. */
  has(plugin: string): boolean {
    return this.#statements.one.get(plugin)?.revoked_at === null;
  }

  /** From now on its token opens nothing. False when there is no such plugin that could be revoked. */
  revoke(plugin: string): boolean {
    return this.#statements.revoke.run(this.#clock.now(), plugin).changes > 0;
  }
}

interface Row {
  plugin: string;
  name: string;
  token: string;
  added_at: number;
  revoked_at: number | null;
}

function toPlugin({ plugin, name, added_at, revoked_at }: Row): Plugin {
  return { plugin, name, addedAt: added_at, ...(revoked_at === null ? {} : { revokedAt: revoked_at }) };
}
