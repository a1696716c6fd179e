import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { groupAlive } from '../../../daemon/process/group.ts';
import { createProcessRunner } from '../../../daemon/process/runner.ts';
import { endSurvivors } from '../../../daemon/process/survivors.ts';
import { createTestEngine, type TestEngine } from '../../fakes/engine.ts';
import { step, workflowOf } from '../../fakes/outline.ts';

let folder: string;
let test: TestEngine;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stagebook-orphan-'));
});
afterEach(() => {
  test.remove();
  rmSync(folder, { recursive: true, force: true });
});

it('ends what its killed predecessor left running before anything is verified [core.kill.orphan]', async () => {
  const marker = join(folder, 'pushed');
  const recorded: { pgid: number; started: string }[] = [];
  let group = 0;
  test = await createTestEngine({ options: { endSurvivors: async () => void (await endSurvivors(recorded)) } });
  const began = new Promise<void>((resolve) => {
    const runner = createProcessRunner({
      onStart: ({ pid, started }) => {
        recorded.push({ pgid: pid, started });
        group = pid;
        resolve();
      },
    });
    const late = `setTimeout(() => require('node:fs').writeFileSync(${JSON.stringify(marker)}, ''), 1200)`;
    test.world.on('push', async () => {
      if (recorded.length === 0) await runner.run([process.execPath, '-e', late]);
      return 'pushed';
    });
  });
  const seen: boolean[] = [];
  test.world.verify('push', () => {
    seen.push(groupAlive(group));
    return { is: 'not-done' };
  });
  const definition = workflowOf(step('push', 'act.write', { with: { name: 'push' } }));
  const run = await test.engine.start({ definition, inputs: {}, by: { kind: 'person', name: 'Ada' } });
  await began;
  expect(groupAlive(group)).toBe(true);

  test = await test.restart();
  await test.work();
  expect(test.engine.state(run).status).toBe('completed');
  expect(seen).toEqual([false]);
  await new Promise((resolve) => setTimeout(resolve, 1400));
  expect(existsSync(marker)).toBe(false);
});
