import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { afterEach } from 'vitest';
import { createBlockMemory } from '../../../daemon/graph/block-memory.ts';
import { createOutboxStore } from '../../../daemon/graph/outbox-store.ts';
import { sqliteBlockMemory } from '../../../daemon/journal/block-memory.ts';
import { openDatabase } from '../../../daemon/journal/database.ts';
import { sqliteOutboxStore } from '../../../daemon/journal/outbox-store.ts';
import { blockMemorySuite } from '../../suites/block-memory.ts';
import { outboxStoreSuite } from '../../suites/outbox-store.ts';

const cleanUp: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanUp.splice(0).toReversed()) clean();
});

/** A database, and the same one opened again. */
function temporary(): { open(): Database.Database } {
  const directory = mkdtempSync(join(tmpdir(), 'stagebook-stores-'));
  cleanUp.push(() => rmSync(directory, { recursive: true }));
  let database: Database.Database | undefined;
  return {
    open() {
      database?.close();
      database = openDatabase(join(directory, 'journal.db'));
      const mine = database;
      cleanUp.push(() => void (mine.open && mine.close()));
      return database;
    },
  };
}

outboxStoreSuite('A store in memory', () => {
  const store = createOutboxStore();
  return { store, reopen: () => store };
});
outboxStoreSuite('The journal’s database', () => {
  const file = temporary();
  return { store: sqliteOutboxStore(file.open()), reopen: () => sqliteOutboxStore(file.open()) };
});
blockMemorySuite('A memory that lasts as long as the process', () => {
  const memory = createBlockMemory();
  return { memory, reopen: () => memory };
});
blockMemorySuite('The journal’s database', () => {
  const file = temporary();
  return { memory: sqliteBlockMemory(file.open()), reopen: () => sqliteBlockMemory(file.open()) };
});
