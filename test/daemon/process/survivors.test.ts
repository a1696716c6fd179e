import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { groupAlive } from '../../../daemon/process/group.ts';
import { startOf } from '../../../daemon/process/identity.ts';
import { endSurvivors } from '../../../daemon/process/survivors.ts';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const { pid } of children.splice(0)) {
    if (pid !== undefined && groupAlive(pid)) process.kill(-pid, 'SIGKILL');
  }
});

/** A program in a group of its own, as one that outlived its daemon. */
async function survivor(text: string): Promise<number> {
  const child = spawn(process.execPath, ['-e', `${text}; console.log('ready')`], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  children.push(child);
  await once(child.stdout, 'data');
  return child.pid!;
}

describe.skipIf(process.platform === 'win32')('programs of an earlier life of the daemon', () => {
  it('are ended with all that they started [core.process.survivors]', async () => {
    const pgid = await survivor(`require('node:child_process').spawn('sleep', ['60']); setInterval(() => {}, 1000)`);
    const record = { pgid, started: (await startOf(pgid))!, run: 'r1' };
    expect(await endSurvivors([record])).toEqual([record]);
    expect(groupAlive(pgid)).toBe(false);
  });

  it('are found by their group when only what they started is left', async () => {
    const pgid = await survivor(
      `require('node:child_process').spawn('sleep', ['60'], { stdio: 'ignore' }).unref(); setTimeout(() => process.exit(), 100)`,
    );
    const started = (await startOf(pgid))!;
    await once(children.at(-1)!, 'exit');
    expect(await startOf(pgid)).toBeUndefined();
    expect(await endSurvivors([{ pgid, started }])).toHaveLength(1);
    expect(groupAlive(pgid)).toBe(false);
  });

  it('leave alone a stranger that has the same number by now [core.process.survivors]', async () => {
    const pgid = await survivor('setInterval(() => {}, 1000)');
    const started = `${(await startOf(pgid))!}0`;
    expect(await endSurvivors([{ pgid, started }])).toEqual([]);
    expect(groupAlive(pgid)).toBe(true);
  });

  it('need nothing when they ended by themselves', async () => {
    const pgid = await survivor('0');
    await once(children.at(-1)!, 'exit');
    expect(await endSurvivors([{ pgid, started: 'whatever' }])).toEqual([]);
  });

  it('get the time to clean up after themselves before force is used', async () => {
    const pgid = await survivor(
      `process.on('SIGTERM', () => setTimeout(() => process.exit(7), 100)); setInterval(() => {}, 1000)`,
    );
    const exit = once(children.at(-1)!, 'exit');
    await endSurvivors([{ pgid, started: (await startOf(pgid))! }]);
    expect((await exit)[0]).toBe(7);
  });
});
