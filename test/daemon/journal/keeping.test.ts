import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backupTo } from '../../../daemon/journal/backup.ts';
import { sqliteBlockMemory } from '../../../daemon/journal/block-memory.ts';
import { openDatabase } from '../../../daemon/journal/database.ts';
import { createFeed } from '../../../daemon/journal/feed.ts';
import { pruneRuns } from '../../../daemon/journal/prune.ts';
import { restoreFrom } from '../../../daemon/journal/restore.ts';
import { verifyRun } from '../../../daemon/journal/verify.ts';
import { claimDirectory } from '../../../daemon/lock.ts';
import { withReason } from '../../../shared/signature.ts';
import { createTestEngine, type TestEngine } from '../../fakes/engine.ts';
import { node, step, workflowOf } from '../../fakes/outline.ts';
import { createSigner, ownersOf } from '../../fakes/signer.ts';

const ada = createSigner('Ada');
const definition = workflowOf(
  step('look', 'act.read', { with: { name: 'look', value: 'x'.repeat(20_000) } }),
  node('gate', 'agreed', {}, node('sign-off', 'manager')),
  step('publish', 'act.irreversible', { with: { name: 'publish' } }),
);

let folder: string;
let home: string;
let test: TestEngine;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stagebook-keeping-'));
  home = join(folder, 'home');
  mkdirSync(home);
  test = await createTestEngine({ directory: home, options: { owner: ownersOf(ada) } });
});
afterEach(() => {
  test.remove();
  rmSync(folder, { recursive: true, force: true });
});

async function agree(run: string): Promise<void> {
  const subject = { run, node: 'work/agreed', signOff: 'manager' };
  const challenge = test.engine.challenge({ kind: 'sign-off', ...subject });
  await test.engine.sign(run, subject.node, subject.signOff, ada.sign(challenge));
  await test.work();
}

describe('verify', () => {
  it('follows the chain and the signatures of an untouched run [core.journal.chain] [core.signature.offline]', async () => {
    const { run } = await test.run(definition);
    await agree(run);
    const { problems, signatures, events } = await verifyRun(test.database, run);
    expect(problems).toEqual([]);
    expect(events).toBe(test.journal.events(run).length);
    expect(signatures).toMatchObject([{ person: 'Ada', what: 'gate.signed', holds: true }]);
  });

  it.each([
    ['a changed line', `update events set payload = replace(payload, 'stage', 'stags') where seq = 2`, /changed/],
    ['a deleted line', 'delete from events where seq = 3', /missing/],
    ['a line with another time', 'update events set at = at + 1 where seq = 2', /changed/],
    ['a changed large payload', `update blobs set data = replace(data, 'xxx', 'xxy')`, /what line .* says is changed/],
    ['a lost large payload', 'delete from blobs', /gone/],
    [
      'a signature in another name',
      `update events set payload = replace(payload, '"nonce":"', '"nonce":"x') where type = 'gate.signed'`,
      /signature of Ada .* does not hold/,
    ],
  ])('names %s', async (_what, sql, problem) => {
    const { run } = await test.run(definition);
    await agree(run);
    test.database.exec(sql);
    const { problems } = await verifyRun(test.database, run);
    expect(problems.join('\n')).toMatch(problem);
  });

  it.each([
    ['changed', `update events set payload = replace(payload, 'too late', 'too soon') where type = 'gate.refused'`],
    [
      'taken out of what was signed',
      `update events set payload = json_remove(payload, '$.shown') where type = 'gate.refused'`,
    ],
  ])('knows a reason that was %s [core.signature.reason]', async (_what, sql) => {
    const { run } = await test.run(definition);
    const subject = { run, node: 'work/agreed', signOff: 'manager' };
    const challenge = test.engine.challenge({ kind: 'reject', ...subject });
    const signature = ada.sign(withReason(challenge, 'too late'));
    await test.engine.reject(run, subject.node, subject.signOff, signature, 'too late');
    await test.work();
    expect((await verifyRun(test.database, run)).problems).toEqual([]);
    test.database.exec(sql);
    const { problems, signatures } = await verifyRun(test.database, run);
    expect(problems.join('\n')).toMatch(/the reason in line .* is not what Ada has signed/);
    expect(signatures).toMatchObject([{ person: 'Ada', holds: false }]);
  });

  it('says which run is not there', async () => {
    await expect(verifyRun(test.database, 'nobody')).rejects.toMatchObject({ code: 'run.not_found' });
  });
});

describe('prune', () => {
  it('removes what ended long ago and leaves a checkpoint; what is younger or waits stays [core.journal.prune]', async () => {
    const old = await test.run(definition);
    await agree(old.run);
    const { hash } = await verifyRun(test.database, old.run);
    const day = 86_400_000;
    test.clock.advanceTo(test.clock.now() + 30 * day);
    const young = await test.run(definition);
    await agree(young.run);
    const waits = await test.run(definition);
    const pruned = pruneRuns(test.database, test.clock.now() - day, test.clock.now());
    expect(pruned.runs).toBe(1);
    expect(pruned.events).toBeGreaterThan(5);
    expect(test.engine.list().map(({ run }) => run)).toEqual([waits.run, young.run]);
    expect(await verifyRun(test.database, old.run)).toMatchObject({ hash, prunedAt: test.clock.now() });
    expect((await verifyRun(test.database, young.run)).problems).toEqual([]);
    // What is left goes on as before.
    await agree(waits.run);
    expect(test.engine.state(waits.run).status).toBe('completed');
    expect(test.database.prepare('select count(*) from blobs').pluck().get()).toBeGreaterThan(0);
  });

  it('does it once', async () => {
    const { run } = await test.run(definition);
    await agree(run);
    const later = test.clock.now() + 1;
    expect(pruneRuns(test.database, later, later).runs).toBe(1);
    expect(pruneRuns(test.database, later, later)).toEqual({ runs: 0, events: 0, definitions: 0, blobs: 0 });
  });
});

describe('positions', () => {
  it('are given once, also after everything was pruned: whoever follows the journal misses nothing [core.journal.positions]', async () => {
    const { run } = await test.run(definition);
    await agree(run);
    const head = test.journal.head();
    const later = test.clock.now() + 1;
    expect(pruneRuns(test.database, later, later).runs).toBe(1);
    expect(createFeed(test.database).head()).toBe(head);
    test = await test.restart();
    const next = await test.run(workflowOf(step('look', 'act.read', { with: { name: 'look' } })));
    expect(test.journal.events(next.run)[0]!.pos).toBe(head + 1);
    expect(createFeed(test.database).head()).toBe(test.journal.head());
  });
});

describe('backup and restore', () => {
  it('take a copied data directory with what stands only in the log beside its database [core.journal.backup]', async () => {
    const { run } = await test.run(definition);
    const copy = join(folder, 'copy');
    cpSync(home, copy, { recursive: true });
    expect(existsSync(join(copy, 'journal.db-wal'))).toBe(true);
    const other = join(folder, 'other');
    expect(await restoreFrom(other, copy, test.clock)).toEqual({ suspended: [run] });
    const restored = openDatabase(join(other, 'journal.db'));
    const { events, problems } = await verifyRun(restored, run);
    // What was there, and that it was restored.
    expect({ events, problems }).toEqual({ events: test.journal.events(run).length + 1, problems: [] });
    restored.close();
  });

  it('take a copy while runs go on, and suspend in it what is not completed [core.journal.backup]', async () => {
    const done = await test.run(definition);
    await agree(done.run);
    const waits = await test.run(definition);
    mkdirSync(join(home, 'keys'));
    writeFileSync(join(home, 'keys', 'ada.json'), 'sealed');
    const backup = join(folder, 'backup');
    await backupTo(home, backup);
    // What happens after it is not in it.
    await agree(waits.run);
    expect(test.world.ledger).toHaveLength(2);

    const other = join(folder, 'other');
    expect(await restoreFrom(other, backup, test.clock)).toEqual({ suspended: [waits.run] });
    expect(readFileSync(join(other, 'keys', 'ada.json'), 'utf8')).toBe('sealed');
    const restored = await createTestEngine({
      directory: other,
      clock: test.clock,
      world: test.world as never,
      options: { owner: ownersOf(ada) },
    });
    try {
      expect(restored.engine.state(done.run).status).toBe('completed');
      expect(restored.engine.state(waits.run)).toMatchObject({
        status: 'suspended',
        failure: { code: 'run.restored' },
      });
      expect((await verifyRun(restored.database, waits.run)).problems).toEqual([]);
      await restored.engine.resume(waits.run, { by: { kind: 'person', name: 'Ada' } });
      await restored.work();
      const challenge = restored.engine.challenge({
        kind: 'sign-off',
        run: waits.run,
        node: 'work/agreed',
        signOff: 'manager',
      });
      await restored.engine.sign(waits.run, 'work/agreed', 'manager', ada.sign(challenge));
      await restored.work();
      // It was published after the backup was taken: that is found out, not done again.
      expect(restored.engine.state(waits.run).status).toBe('completed');
      expect(test.world.ledger).toHaveLength(2);
    } finally {
      restored.remove();
    }
  });

  it('write into no folder that has something in it, and over no file [core.journal.backup]', async () => {
    for (const [name, why] of [
      ['notes.md', 'is a file'],
      ['.', 'is not empty'],
    ] as const) {
      writeFileSync(join(folder, 'notes.md'), 'mine');
      await expect(backupTo(home, join(folder, name))).rejects.toMatchObject({
        code: 'backup.exists',
        message: expect.stringContaining(why) as string,
      });
    }
    expect(readFileSync(join(folder, 'notes.md'), 'utf8')).toBe('mine');
  });

  it('keep what was there before, beside it', async () => {
    const backup = join(folder, 'backup');
    await backupTo(home, backup);
    const other = join(folder, 'other');
    mkdirSync(other);
    const former = openDatabase(join(other, 'journal.db'));
    former.close();
    const { former: kept } = await restoreFrom(other, backup, test.clock);
    expect(existsSync(join(kept!, 'journal.db'))).toBe(true);
  });

  it('know the pages as they were left, and not as the backup knew them [core.journal.restore-pages]', async () => {
    const backup = join(folder, 'backup');
    const entry = (uuid: string) => new Map([[`key of ${uuid}`, { uuid, hash: uuid }]]);
    const pages = sqliteBlockMemory(test.database);
    pages.put('g', 'Since gone from here', entry('old'), []);
    pages.put('g', 'Written again', entry('before'), []);
    await backupTo(home, backup);
    test.database.exec(`delete from page_blocks where page = 'Since gone from here'`);
    pages.put('g', 'Written again', entry('after'), ['key of before']);
    pages.put('g', 'New since', entry('new'), []);
    await test.engine.close();
    test.database.close();
    await restoreFrom(home, backup, test.clock);
    const restored = openDatabase(join(home, 'journal.db'));
    const kept = sqliteBlockMemory(restored);
    expect(kept.get('g', 'New since')).toEqual(entry('new'));
    expect(kept.get('g', 'Written again')).toEqual(entry('after'));
    expect(kept.get('g', 'Since gone from here')).toEqual(entry('old'));
    restored.close();
  });

  it('take a backup also when what was there cannot be read [core.journal.restore-pages]', async () => {
    const backup = join(folder, 'backup');
    sqliteBlockMemory(test.database).put('g', 'p', new Map([['k', { uuid: 'u', hash: 'h' }]]), []);
    await backupTo(home, backup);
    const other = join(folder, 'other');
    mkdirSync(other);
    writeFileSync(join(other, 'journal.db'), 'no database at all');
    await restoreFrom(other, backup, test.clock);
    const restored = openDatabase(join(other, 'journal.db'));
    expect(sqliteBlockMemory(restored).get('g', 'p').size).toBe(1);
    restored.close();
  });

  it('refuse what would do harm', async () => {
    const backup = join(folder, 'backup');
    await backupTo(home, backup);
    await expect(backupTo(home, backup)).rejects.toMatchObject({ code: 'backup.exists' });
    await expect(restoreFrom(home, join(folder, 'nowhere'), test.clock)).rejects.toMatchObject({
      code: 'backup.not_found',
    });
    await expect(restoreFrom(home, `${home}/.`, test.clock)).rejects.toMatchObject({ code: 'backup.own' });
    const release = claimDirectory(home);
    await expect(restoreFrom(home, backup, test.clock)).rejects.toMatchObject({ code: 'daemon.running' });
    release();
    writeFileSync(join(backup, 'journal.db'), 'no database at all');
    await expect(restoreFrom(home, backup, test.clock)).rejects.toMatchObject({ code: 'backup.broken' });
  });
});
