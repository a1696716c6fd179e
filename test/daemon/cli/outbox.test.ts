import { mkdirSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { withFaults, type Faults } from '../../../daemon/demo/counterparts/faults.ts';
import { listenOnLoopback } from '../../../daemon/demo/counterparts/loopback.ts';
import { openDatabase } from '../../../daemon/journal/database.ts';
import { sqliteNoticeStore } from '../../../daemon/journal/notice-store.ts';
import { messageSchema } from '../../../daemon/notices/channel.ts';
import { createDesk, type Desk } from '../../fakes/stagebook.ts';

let desk: Desk;
let chat: { faults: Faults; close(): Promise<void> };
beforeEach(async () => {
  desk = createDesk();
  const take = (_request: IncomingMessage, response: ServerResponse): void => void response.end('ok');
  const { listener, faults } = withFaults(take);
  const { url, close } = await listenOnLoopback(listener);
  chat = { faults, close };
  vi.stubEnv('HOOK', url);
  vi.stubEnv('STAGEBOOK_PORT', '0');
  mkdirSync(desk.home);
  writeFileSync(join(desk.home, 'config.yaml'), 'notify: { slack: { webhook: HOOK } }\n');
});
afterEach(async () => {
  await desk.remove();
  await chat.close();
  vi.unstubAllEnvs();
});

/** Messages as steps would have queued them. */
function queue(...titles: string[]): void {
  const database = openDatabase(join(desk.home, 'journal.db'));
  const store = sqliteNoticeStore(database);
  for (const title of titles) {
    store.add({
      key: title,
      channel: 'slack',
      run: 'r1',
      message: messageSchema.parse({ title }),
      queuedAt: Date.now(),
    });
  }
  database.close();
}

it('what has not reached people is listed, tried again and left by hand, with a daemon and without one [incident.notify.by-hand]', async () => {
  chat.faults.answerNext('POST', /./, { status: 404, body: 'no_service' }, 3);
  queue('One', 'Two', 'Three');
  const up = desk.start('up');
  await up.says('not delivered');
  await expect.poll(() => chat.faults.requests.length, { timeout: 20_000 }).toBe(3);
  const listed = (await desk.run('outbox')).out;
  expect(listed).toMatch(/^1 {2}slack {2}One {2}since .*Z, run r1, given up after 1 try: .*404/m);
  expect((await desk.run('outbox', 'retry', '2')).out).toBe('Tried again: 1.\n');
  await expect.poll(() => chat.faults.requests.length, { timeout: 20_000 }).toBe(4);
  expect((await desk.run('outbox', 'discard', '3', '--why', 'told by phone', '--as', 'Ada')).code).toBe(0);
  up.child.kill('SIGTERM');
  await up.ended;
  expect((await desk.run('outbox', 'retry')).out).toBe('Tried again: 1.\n');
  expect(chat.faults.requests).toHaveLength(5);
}, 120_000);
