import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { updateCell } from '../../../daemon/engine/cells.ts';
import { Acts } from '../../../daemon/engine/acts.ts';
import { JournaledRun } from '../../../daemon/engine/journaled.ts';
import { Timers } from '../../../daemon/engine/timers.ts';
import { openDatabase } from '../../../daemon/journal/database.ts';
import { overJournal } from '../../../daemon/journal/over.ts';
import { SqliteJournal } from '../../../daemon/journal/sqlite.ts';
import { SimulatedClock } from '../../../daemon/scenarios/simulated-clock.ts';
import { crashing } from '../../fakes/crashing-journal.ts';
import { durableSuite, type DurableBench } from '../../suites/durable.ts';

const RUN = 'the-run';

/** One run of the embedded engine's port, on a real journal, without an engine around it. */
async function open(directory: string, clock: SimulatedClock): Promise<DurableBench> {
  const database = openDatabase(join(directory, 'journal.db'));
  const journal = crashing(new SqliteJournal(database, clock));
  if (!journal.run(RUN)) {
    await journal.transact((transaction) => {
      transaction.putDefinition('hash', () => '{}');
      transaction.begin({ run: RUN, number: 1, definition: 'hash', title: 'a run', dryRun: false, memory: RUN, at: 0 });
    });
  }
  const timers = new Timers(journal, clock);
  const durable = new JournaledRun(RUN, journal.events(RUN), journal, clock, {
    idle: () => undefined,
    wakeAt: (at) => timers.wakeAt(at),
    startChild: () => {
      throw new Error('the suite starts no child');
    },
    updateCell: (run, update) => updateCell(journal, run, update),
    cancelChild: () => undefined,
    acts: new Acts(),
    interrupted: (_run, error) => {
      throw error as Error;
    },
  });
  journal.subscribe((events) => {
    for (const event of events) durable.deliver(event);
  });
  timers.arm();
  const settle = async (): Promise<void> => {
    for (let n = 0; n < 6; n += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  const end = (): void => {
    journal.close();
    durable.release();
    timers.close();
    database.close();
  };
  return {
    durable,
    now: () => clock.now(),
    async advance(ms) {
      await settle();
      const to = clock.now() + ms;
      for (let next = clock.next(); next !== undefined && next <= to; next = clock.next()) {
        clock.advanceTo(next);
        await settle();
      }
      clock.advanceTo(to);
      await settle();
    },
    async answer(node, answer) {
      await journal.append(RUN, [
        { type: 'ask.answered', node, payload: { answer, by: { kind: 'person', name: 'Ada' } } },
      ]);
    },
    async restart() {
      await settle();
      end();
      return open(directory, clock);
    },
    remove() {
      if (database.open) end();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

durableSuite(() => open(mkdtempSync(join(tmpdir(), 'stagebook-durable-')), new SimulatedClock()));

it('a step that was begun before looks and does nothing until a commit says that the run is still its own [scale.engine.fenced]', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'fenced-'));
  const clock = new SimulatedClock(0);
  const database = openDatabase(join(directory, 'journal.db'));
  const journal = new SqliteJournal(database, clock);
  await journal.transact((transaction) => {
    transaction.putDefinition('hash', () => '{}');
    transaction.begin({ run: RUN, number: 1, definition: 'hash', title: 'a run', dryRun: false, memory: RUN, at: 0 });
  });
  const start = { action: 'act.write', effect: 'write', with: {}, key: 'k' } as const;
  const begun = { role: 'step', title: 'Write', step: start } as const;
  await journal.append(RUN, [{ type: 'node.started', node: 'write', payload: begun }]);
  // Another machine has the run by now: nothing of this one is ever on record.
  const stale = overJournal(journal, { append: () => new Promise<never>(() => {}) });
  const run = new JournaledRun(RUN, journal.events(RUN), stale, clock, {
    idle: () => undefined,
    wakeAt: () => undefined,
    startChild: () => Promise.reject(new Error('it starts no child')),
    updateCell: () => Promise.reject(new Error('it updates no cell')),
    cancelChild: () => undefined,
    acts: new Acts(),
    interrupted: () => undefined,
  });
  let did = false;
  void run.step('write', {
    start: begun,
    work: () => {
      did = true;
      return Promise.resolve({ type: 'node.completed', node: 'write', payload: { output: null, startedAt: 0 } });
    },
  });
  for (let n = 0; n < 6; n += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(did).toBe(false);
  database.close();
  rmSync(directory, { recursive: true });
});
