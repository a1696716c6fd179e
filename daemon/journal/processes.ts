import type Database from 'better-sqlite3';
import type { NodeKey } from '../../shared/workflow/definition.ts';

/** The process groups that steps started and that have not ended: what a crash may leave behind (engine.md, Children of ours). */
export class Processes {
  readonly #add;
  readonly #drop;
  readonly #all;

  constructor(database: Database.Database) {
    this.#add = database.prepare<[string, string, number, string]>(
      'insert into processes values (?, ?, ?, ?) on conflict do nothing',
    );
    this.#drop = database.prepare<[number, string]>('delete from processes where pgid = ? and started = ?');
    this.#all = database.prepare<[], { pgid: number; started: string }>('select pgid, started from processes');
  }

  add(run: string, node: NodeKey, pgid: number, started: string): void {
    this.#add.run(run, node, pgid, started);
  }

  drop(pgid: number, started: string): void {
    this.#drop.run(pgid, started);
  }

  all(): { pgid: number; started: string }[] {
    return this.#all.all();
  }
}
