import Database from 'better-sqlite3';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../../daemon/journal/database.ts';
import { pruneRuns } from '../../../daemon/journal/prune.ts';
import { sqliteStepLogs } from '../../../daemon/journal/step-logs.ts';
import type { OutputLine, StepLogs } from '../../../daemon/engine/step-logs.ts';
import { createRedactor } from '../../../daemon/secrets/redact.ts';
import { createTestEngine } from '../../fakes/engine.ts';
import { step, workflowOf } from '../../fakes/outline.ts';
import { SimulatedClock } from '../../../daemon/scenarios/simulated-clock.ts';

const DAY = 86_400_000;
let folder: string;
let database: Database.Database;
let clock: SimulatedClock;
let logs: StepLogs;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stagebook-logs-'));
  database = openDatabase(join(folder, 'journal.db'));
  clock = new SimulatedClock();
  logs = sqliteStepLogs(database, clock);
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

const line = (text: string, node = 'work/one', run = 'r'): OutputLine => ({ run, node, at: 1, text });
const readAll = (from = logs, node = 'work/one', run = 'r'): string[] => {
  const texts: string[] = [];
  for (let offset = 0, done = false; !done;) {
    const piece = from.read(run, node, offset, 5_000);
    texts.push(...piece.lines.map(({ text }) => text));
    ({ next: offset, done } = piece);
  }
  return texts;
};

describe('logs of steps [core.journal.logs]', () => {
  it('can be read in pieces, each once, and go on from where one ended', () => {
    const texts = Array.from({ length: 300 }, (_, index) => `line ${index}`);
    for (const text of texts) logs.add(line(text));
    logs.add(line('another step', 'work/two'));
    expect(readAll()).toEqual(texts);
    expect(logs.read('r', 'work/none', 7, 500)).toEqual({ lines: [], next: 7, done: true });
    const { next } = logs.read('r', 'work/one', 300, 500);
    logs.add(line('later'));
    expect(logs.read('r', 'work/one', next, 1)).toEqual({ lines: [{ at: 1, text: 'later' }], next: 301, done: true });
  });

  it('that cannot be written are lost, and end nothing: neither what says them nor the daemon', () => {
    database.pragma('query_only = on');
    logs.add(line('lost'));
    clock.advanceTo(clock.now() + 1_000);
    logs.add(line('x'.repeat(70_000)));
    expect(readAll()).toEqual([]);
    database.pragma('query_only = off');
    logs.add(line('kept'));
    clock.advanceTo(clock.now() + 1_000);
    expect(readAll()).toEqual(['kept']);
  });

  it('are there in the next process, also without an end: within a second of being said', () => {
    logs.add(line('said'));
    clock.advanceTo(clock.now() + 1_000);
    const other = new Database(join(folder, 'journal.db'));
    expect(readAll(sqliteStepLogs(other, clock))).toEqual(['said']);
    other.close();
  });

  it('keep the newest 10 MB of a run, at the offsets they had, and every other run', () => {
    logs.add(line('of another run', 'work/one', 'other'));
    for (let index = 0; index < 2_500; index += 1) logs.add(line(`${index} ${'x'.repeat(9_000)}`));
    logs.flush();
    const { bytes } = database.prepare("select sum(bytes) bytes from logs where run_id = 'r'").get() as {
      bytes: number;
    };
    expect(bytes).toBeLessThanOrEqual(10 * 2 ** 20);
    expect(bytes).toBeGreaterThan(9 * 2 ** 20);
    expect(readAll().at(-1)).toMatch(/^2499 x/);
    expect(logs.read('r', 'work/one', 2_400, 1).lines[0]!.text).toMatch(/^2400 x/);
    expect(readAll(logs, 'work/one', 'other')).toEqual(['of another run']);
  });

  it('are dropped after 30 days, and with their run', () => {
    logs.add(line('old'));
    logs.flush();
    clock.advanceTo(clock.now() + 31 * DAY);
    logs.add(line('new', 'work/two'));
    logs.flush();
    expect(readAll()).toEqual([]);
    expect(readAll(logs, 'work/two')).toEqual(['new']);
    pruneRuns(database, clock.now(), clock.now());
    expect(readAll(logs, 'work/two')).toEqual(['new']);
  });

  it('have no secret, also none that is spread over lines, and are read through the engine', async () => {
    const secret = 'first line of the key\nsecond line of the key';
    const redactor = createRedactor();
    redactor.add(secret, 'KEY');
    const test = await createTestEngine({
      clock,
      options: {
        logs,
        redact: (value) => redactor.redact(value),
        redactPiece: (piece) => redactor.redactPiece(piece),
      },
    });
    test.world.on('talk', ({ log }) => {
      for (const said of ['begins', ...secret.split('\n'), 'second line of', 'ends']) log(said);
      return 'done';
    });
    const { run } = await test.run(workflowOf(step('talk', 'act.read', { with: { name: 'talk' } })));
    const texts = test.engine.logs(run, 'work/talk').lines.map(({ text }) => text);
    expect(texts[0]).toBe('begins');
    expect(texts.at(-1)).toBe('ends');
    expect(texts).toHaveLength(5);
    expect(texts.join('\n')).not.toMatch(/line of/);
    expect(test.engine.logs(run, 'work/talk', 4)).toMatchObject({ lines: [{ text: 'ends' }], next: 5, done: true });
    expect(test.engine.logs(run, 'work/none').lines).toEqual([]);
    test.remove();
  });
});
