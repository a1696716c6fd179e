import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';

const folder = mkdtempSync(join(tmpdir(), 'house-notices-'));

async function start() {
  const child = spawn(process.execPath, ['server.js'], {
    env: { ...process.env, PORT: '0', DATA: join(folder, 'notices.json') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await new Promise((resolve) => {
    createInterface({ input: child.stdout }).once('line', (first) => resolve([first]));
  });
  const stop = () =>
    new Promise((resolve) => {
      child.once('exit', resolve);
      child.kill();
    });
  return { url: line.replace('listening on ', ''), stop };
}

test('a notice is there after a restart', async (t) => {
  t.after(() => rmSync(folder, { recursive: true }));
  const first = await start();
  const body = JSON.stringify({ text: 'Lift is broken', by: 'Lin' });
  const posted = await fetch(`${first.url}/api/notices`, { method: 'POST', body });
  await first.stop();
  assert.equal(posted.status, 201);
  const second = await start();
  const notices = await (await fetch(`${second.url}/api/notices`)).json();
  const page = await fetch(second.url);
  await second.stop();
  assert.deepEqual(notices, [{ id: 1, text: 'Lift is broken', by: 'Lin' }]);
  assert.match(page.headers.get('content-type'), /text\/html/);
});
