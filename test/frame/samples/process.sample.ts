import { spawn } from 'node:child_process';
import { expect, it } from 'vitest';

it('leaves a process behind', () => {
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 30_000)'], { detached: true, stdio: 'ignore' });
  child.unref();
  console.log(`left: ${child.pid}`);
  expect(child.pid).toBeGreaterThan(0);
});
