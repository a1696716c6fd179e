import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { openDatabase } from '../../daemon/journal/database.ts';
import { People } from '../../daemon/people/people.ts';
import { TerminalKeys } from '../../daemon/people/terminal-key.ts';
import { SimulatedClock } from '../../daemon/scenarios/simulated-clock.ts';

/** The real people and terminal keys, on a data directory and a clock of their own. */
export interface PeopleHome {
  home: string;
  database: Database.Database;
  clock: SimulatedClock;
  people: People;
  keys: TerminalKeys;
  /** Opens the same directory anew, as another process would. */
  again(): TerminalKeys;
  remove(): void;
}

export function createPeopleHome(): PeopleHome {
  const home = mkdtempSync(join(tmpdir(), 'stagebook-people-'));
  const database = openDatabase(join(home, 'journal.db'));
  const clock = new SimulatedClock();
  const people = new People(database, clock);
  return {
    home,
    database,
    clock,
    people,
    keys: new TerminalKeys(home, people, clock),
    again: () => new TerminalKeys(home, new People(database, clock), clock),
    remove() {
      database.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
