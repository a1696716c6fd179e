import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../../daemon/journal/database.ts';
import { chainHash, type EventRow } from '../../../daemon/journal/payload.ts';
import { SqliteJournal } from '../../../daemon/journal/sqlite.ts';
import { SimulatedClock } from '../../../daemon/scenarios/simulated-clock.ts';
import type { NewEvent } from '../../../shared/run/event.ts';
import { fold } from '../../../shared/run/fold/fold.ts';
import { createTestEngine } from '../../fakes/engine.ts';
import { node, step, workflowOf } from '../../fakes/outline.ts';
import { runStarted } from '../../fakes/run-started.ts';
import { smallDisk } from '../../fakes/small-disk.ts';

let folder: string;
let database: Database.Database;
let journal: SqliteJournal;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stagebook-journal-'));
  database = openDatabase(join(folder, 'journal.db'));
  journal = new SqliteJournal(database, new SimulatedClock());
});
afterEach(() => {
  journal.close();
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

const begin = (run: string): Promise<void> =>
  journal.transact((transaction) => {
    transaction.putDefinition('hash', () => '{}');
    transaction.begin({ run, number: 1, definition: 'hash', title: run, dryRun: false, memory: run, at: 0 });
    transaction.append(run, runStarted({ title: run, memory: run }));
  });

const note = (text: string): NewEvent => ({
  type: 'note.added',
  node: '',
  payload: { text, by: { kind: 'system', name: 'test' } },
});

describe('a commit', () => {
  it('holds all that was queued in one turn, in order [core.journal.group-commit]', async () => {
    await begin('a');
    await begin('b');
    const commits: number[] = [];
    journal.subscribe((events) => commits.push(events.length));
    const ends = await Promise.all([
      journal.append('a', [note('1')]),
      journal.append('b', [note('2')]),
      journal.append('a', [note('3'), note('4')]),
    ]);
    expect(commits).toEqual([4]);
    expect(ends.flat().map(({ pos }) => pos)).toEqual([3, 4, 5, 6]);
  });

  it('that fails rejects its whole batch, and nothing of it is there [core.journal.group-commit]', async () => {
    await begin('a');
    const results = await Promise.allSettled([journal.append('a', [note('1')]), journal.append('nobody', [note('2')])]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(journal.events('a')).toHaveLength(1);
    const [after] = await journal.append('a', [note('3')]);
    expect(after).toMatchObject({ pos: 2, seq: 2 });
  });

  it('takes back only the decision that throws [core.journal.group-commit]', async () => {
    await begin('a');
    const results = await Promise.allSettled([
      journal.append('a', [note('1')]),
      journal.transact((transaction) => {
        transaction.append('a', note('never'));
        transaction.setCell('x', 1);
        throw new Error('no');
      }),
      journal.append('a', [note('2')]),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(journal.cell('x')).toBeUndefined();
    expect(journal.events('a').map(({ seq, payload }) => [seq, 'text' in payload && payload.text])).toEqual([
      [1, false],
      [2, '1'],
      [3, '2'],
    ]);
  });
});

describe('events', () => {
  it('form a chain in which each carries the hash of the one before [core.journal.chain]', async () => {
    await begin('a');
    for (let n = 0; n < 5; n += 1) await journal.append('a', [note(String(n))]);
    const rows = database.prepare<[], EventRow>('select * from events order by seq').all();
    expect(rows[0]!.prev_hash).toBe('');
    for (const [index, row] of rows.slice(1).entries()) expect(row.prev_hash).toBe(chainHash(rows[index]!));
  });

  it('of more than 16 KB are kept apart, once for the same content [core.journal.blobs]', async () => {
    await begin('a');
    const long = 'x'.repeat(20_000);
    await journal.append('a', [note(long), note(long), note('short')]);
    expect(database.prepare('select count(*) from blobs').pluck().get()).toBe(1);
    const widest = database.prepare('select max(length(payload)) from events').pluck().get();
    expect(widest).toBeLessThan(16_384);
    expect(journal.events('a')[1]!.payload).toMatchObject({ text: long });
  });

  it('come back the same from a journal that is opened again', async () => {
    await begin('a');
    const recorded = await journal.append('a', [note('1'), note('2')]);
    journal.close();
    journal = new SqliteJournal(database, new SimulatedClock());
    expect(journal.events('a', 1)).toEqual(recorded);
    const [next] = await journal.append('a', [note('3')]);
    expect(next!.prev).not.toBe('');
    expect(next).toMatchObject({ pos: 4, seq: 4 });
  });
});

describe('the rows', () => {
  it('always equal the fold of the events [core.journal.fold]', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('ok', 'fail', 'ask', 'gate', 'wait', 'cancel', 'resume'), { maxLength: 12 }),
        async (deeds) => {
          const test = await createTestEngine();
          try {
            const nodes = deeds.map((deed, index) => {
              if (deed === 'ask') return node('ask', `n${index}`, { question: '?', timeout: '1h' });
              if (deed === 'wait') return node('wait', `n${index}`, { for: '1h' });
              if (deed === 'gate')
                return node(
                  'gate',
                  `n${index}`,
                  { 'on-reject': 'continue' },
                  node('sign-off', `s${index}`, { timeout: '1h' }),
                );
              return step(`n${index}`, 'act.write', { with: { name: deed } });
            });
            test.world.on('fail', ({ count }) => {
              if (count === 1) throw new Error('once');
              return 'fine';
            });
            const run = await test.engine.start({
              definition: workflowOf(...nodes, step('end', 'act.read', { with: { name: 'end' } })),
              inputs: {},
              by: { kind: 'person', name: 'Ada' },
            });
            for (const deed of [...deeds, 'end']) {
              await test.settle();
              const by = { kind: 'person', name: 'Ada' } as const;
              if (deed === 'cancel') await test.engine.cancel(run, by).catch(() => undefined);
              if (deed === 'resume') await test.engine.resume(run, { by }).catch(() => undefined);
              const next = test.clock.next();
              if (next !== undefined) test.clock.advanceTo(next);
              await test.settle();
              const state = fold(test.journal.events(run))!;
              const row = test.journal.run(run)!;
              expect({ status: row.status, epoch: row.epoch, ended: row.endedAt }).toEqual({
                status: state.status,
                epoch: state.epoch,
                ended: state.endedAt,
              });
              expect(
                test.journal
                  .waiting(run)
                  .map(({ node: key }) => key)
                  .sort(),
              ).toEqual([...state.waiting].sort());
            }
          } finally {
            test.remove();
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  it.each(['run.resumed', 'run.reset'] as const)(
    'ask nobody, and wake nothing, for what a %s has forgotten [core.journal.fold]',
    async (type) => {
      await begin('a');
      const by = { kind: 'person', name: 'Ada' } as const;
      const failure = { kind: 'broken', code: 'run.restored', message: 'from a backup', retryable: false } as const;
      const forget = [{ node: 'gone' }, { node: 'again', names: [] }];
      await journal.append('a', [
        { type: 'ask.opened', node: 'gone', payload: { question: 'Left or right?', from: 'person' } },
        { type: 'timer.set', node: 'gone', payload: { name: 'deadline', at: 5 } },
        { type: 'ask.opened', node: 'again', payload: { question: 'And now?', from: 'person' } },
        { type: 'timer.set', node: 'again', payload: { name: 'deadline', at: 6 } },
        { type: 'run.suspended', node: '', payload: { failure } },
        type === 'run.reset'
          ? { type, node: '', payload: { by, from: 'gone', forget } }
          : { type, node: '', payload: { by, forget } },
      ]);
      const waiting = (): string[] => journal.waiting('a').map(({ node: key }) => key);
      expect(waiting()).toEqual([...fold(journal.events('a'))!.waiting]);
      expect(journal.due(10, 10)).toEqual([]);
      await journal.append('a', [
        { type: 'ask.opened', node: 'again', payload: { question: 'And now?', from: 'person' } },
      ]);
      expect(waiting()).toEqual(['again']);
      expect(journal.run('a')!.status).toBe('waiting');
      await journal.append('a', [{ type: 'ask.answered', node: 'again', payload: { answer: 'left', by } }]);
      expect(journal.run('a')!.status).toBe('running');
    },
  );
});

describe('a migration', () => {
  it('runs once, and a file of a newer Stagebook is refused and left alone [core.journal.migration]', () => {
    const file = join(folder, 'other.db');
    openDatabase(file).close();
    openDatabase(file).close();
    const raw = new Database(file);
    raw.pragma('user_version = 999');
    raw.close();
    expect(() => openDatabase(file)).toThrow(/newer Stagebook/);
    const again = new Database(file);
    expect(again.pragma('user_version', { simple: true })).toBe(999);
    again.close();
  });

  /** A journal that lacks the last migration, and the name of the copy that is made before it. */
  function oneBehind(): { file: string; copy: string } {
    const file = join(folder, 'old.db');
    const migrations = join(import.meta.dirname, '../../../daemon/journal/migrations');
    const steps = readdirSync(migrations).toSorted();
    const old = new Database(file);
    for (const migration of steps.slice(0, -1)) old.exec(readFileSync(join(migrations, migration), 'utf8'));
    old.pragma(`user_version = ${steps.length - 1}`);
    old.close();
    return { file, copy: `old.db.before-${steps.length}` };
  }

  it('is preceded by a copy of the file [core.journal.migration]', () => {
    const { file, copy } = oneBehind();
    openDatabase(file).close();
    expect(readdirSync(folder)).toContain(copy);
  });

  it('goes on beside a copy that is there already, of a try that failed or a backup that was restored [core.journal.migration]', () => {
    const { file, copy } = oneBehind();
    writeFileSync(join(folder, copy), 'kept');
    openDatabase(file).close();
    expect(readFileSync(join(folder, copy), 'utf8')).toBe('kept');
    expect(
      readdirSync(folder)
        .filter((name) => name.startsWith('old.db.before'))
        .toSorted(),
    ).toEqual([copy, `${copy}-2`]);
  });
});

describe('a journal that cannot be used', () => {
  it('is named with what to do, and left as it is [core.journal.unusable]', () => {
    const damaged = join(folder, 'damaged.db');
    writeFileSync(damaged, 'no journal at all, whatever its name says');
    mkdirSync(join(folder, 'folder.db'));
    for (const [name, remedy] of [
      ['damaged.db', /damaged\.db cannot be used .*stagebook restore/],
      ['folder.db', /folder\.db cannot be used .*belong to you/],
    ] as const) {
      expect(() => openDatabase(join(folder, name))).toThrow(
        expect.objectContaining({ code: 'journal.unusable', message: expect.stringMatching(remedy) as string }),
      );
    }
    expect(readFileSync(damaged, 'utf8')).toContain('no journal at all');
  });
});

describe('a full disk', () => {
  it('when a timer is due is said once, tried again every second, and the run goes on with room [core.refuse.disk-full]', async () => {
    const interrupted: string[] = [];
    const test = await createTestEngine({ options: { onInterrupted: (run) => void interrupted.push(run) } });
    try {
      const definition = workflowOf(
        node('wait', 'pause', { for: '1h' }),
        step('last', 'act.read', { with: { name: 'last' } }),
      );
      const run = await test.engine.start({ definition, inputs: {}, by: { kind: 'person', name: 'Ada' } });
      await test.settle();
      test.database.pragma('query_only = on');
      for (let second = 0; second < 5; second += 1) {
        test.clock.advanceTo(test.clock.next()!);
        await test.settle();
      }
      expect(test.clock.now() - test.engine.state(run).startedAt).toBe(3_604_000);
      expect(interrupted).toEqual([run]);
      test.database.pragma('query_only = off');
      await test.work();
      expect(test.engine.state(run).status).toBe('completed');
    } finally {
      test.remove();
    }
  });

  it('in the middle of a run lets go of it as it is: the journal is intact and the run goes on later [core.refuse.disk-full]', async () => {
    const interrupted: string[] = [];
    let test = await createTestEngine({ options: { onInterrupted: (run) => void interrupted.push(run) } });
    try {
      const big = step('big', 'act.read', { with: { name: 'big' } });
      test.world.on('big', () => 'y'.repeat(4_000_000));
      const pages = test.database.pragma('page_count', { simple: true }) as number;
      test.database.pragma(`max_page_count = ${pages + 20}`);
      const definition = workflowOf(
        step('first', 'act.write', { with: { name: 'first' } }),
        big,
        step('last', 'act.write', { with: { name: 'last' } }),
      );
      const run = await test.engine.start({ definition, inputs: {}, by: { kind: 'person', name: 'Ada' } });
      await test.work();
      expect(interrupted).toEqual([run]);
      expect(test.engine.state(run).status).toBe('running');
      expect(test.database.pragma('integrity_check', { simple: true })).toBe('ok');
      test.database.pragma('max_page_count = 1073741823');
      test = await test.restart();
      await test.work();
      expect(test.engine.state(run).status).toBe('completed');
      expect(test.world.ledger.map(({ name }) => name)).toEqual(['first', 'last']);
    } finally {
      test.remove();
    }
  });

  it('that is really one lets go of the run as it is; with room again the run goes on and nothing is doubled [core.refuse.disk-full]', async (context) => {
    const disk = smallDisk();
    if (!disk) {
      // Others than root cannot have a file system of their own, and the case above is all there is for them.
      if (process.getuid?.() === 0) context.skip('root cannot mount here');
      return;
    }
    const directory = join(disk.path, 'data');
    mkdirSync(directory);
    const interrupted: string[] = [];
    let test = await createTestEngine({
      directory,
      options: { onInterrupted: (run) => void interrupted.push(run) },
    });
    const filler = join(disk.path, 'filler');
    try {
      test.world.on('fills', () => {
        // Somebody else takes all the room, to the last byte.
        for (let bytes = 1_048_576; bytes >= 1; bytes = Math.floor(bytes / 2)) {
          try {
            writeFileSync(filler, 'x'.repeat(bytes), { flag: 'a' });
            bytes *= 2;
          } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
          }
        }
        return 'y'.repeat(200_000);
      });
      const definition = workflowOf(
        step('first', 'act.write', { with: { name: 'first' } }),
        step('fills', 'act.read', { with: { name: 'fills' } }),
        step('last', 'act.write', { with: { name: 'last' } }),
      );
      const run = await test.engine.start({ definition, inputs: {}, by: { kind: 'person', name: 'Ada' } });
      await test.work();
      expect(interrupted).toEqual([run]);
      expect(test.world.ledger.map(({ name }) => name)).toEqual(['first']);

      unlinkSync(filler);
      test.world.on('fills', () => 'small');
      test = await test.restart();
      expect(test.database.pragma('integrity_check', { simple: true })).toBe('ok');
      await test.work();
      expect(test.engine.state(run).status).toBe('completed');
      expect(test.world.ledger.map(({ name }) => name)).toEqual(['first', 'last']);
    } finally {
      test.remove();
      disk.remove();
    }
  });
});
