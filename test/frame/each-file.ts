import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll } from 'vitest';

/** What a test has to end itself: child processes, servers, watchers. */
const KINDS = new Set(['ProcessWrap', 'TCPServerWrap', 'UDPWrap', 'FSEventWrap']);
const GRACE_MS = 2_000;

const open = () => process.getActiveResourcesInfo().filter((kind) => KINDS.has(kind));

// Runs after the file's own hooks: the last registered runs first.
afterAll(async () => {
  const deadline = Date.now() + GRACE_MS;
  while (open().length > 0 && Date.now() < deadline) await sleep(20);
  const left = open();
  if (left.length > 0) throw new Error(`this file leaves behind: ${left.join(', ')}`);
});
