import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Pages } from '../../../daemon/actions/action.ts';
import { systemClock } from '../../../daemon/clock.ts';
import { openHub, type Hub } from '../../../daemon/hub/open.ts';
import { hubLink } from '../../../daemon/hub/report.ts';
import { ofUs, unlike } from '../../../daemon/hub/unlike.ts';
import { openDatabase } from '../../../daemon/journal/database.ts';
import { SqliteJournal } from '../../../daemon/journal/sqlite.ts';
import { listenHttp } from '../../../daemon/server/http.ts';

const HOUR = 3_600_000;
/** Nobody listens on port 9 of this machine. */
const NOBODY = 'http://127.0.0.1:9';
const TOKEN = 'what hub and workers share';

let closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.toReversed()) await close();
  closing = [];
});

/** A hub as the daemon opens it, and what it tells people. `url` is where it believes that it is; by default where it is. */
async function open(url?: string): Promise<{ hub: Hub; url: string; told: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'stagebook-hub-'));
  const database = openDatabase(join(folder, 'journal.db'));
  const http = await listenHttp(0);
  const own = `http://127.0.0.1:${http.port}`;
  const told: string[] = [];
  const hub = openHub(
    { ingress: [NOBODY], admin: [NOBODY], hub: { id: 'ours', url: url ?? own, token: 'HUB_TOKEN' } },
    'there',
    {
      database,
      journal: new SqliteJournal(database, systemClock),
      clock: systemClock,
      readSecret: () => Promise.resolve(TOKEN),
      pages: () => ({}) as Pages,
      notices: { queue: () => Promise.resolve({ already: false }) },
      onProblem: (problem) => void told.push(problem),
    },
  );
  http.open({
    door: { port: http.port, origins: [] },
    routes: hub.routes,
    upgrade: (_request, socket) => void socket.destroy(),
  });
  closing.push(
    () => rmSync(folder, { recursive: true }),
    () => database.close(),
    () => http.close(),
    () => hub.close(),
  );
  return { hub, url: own, told };
}

const says = (headers: Record<string, string>) => (name: string) => headers[name];

describe('a hub and a worker', () => {
  it('tell people once that they are not of one version, or of one time, and again when it comes again [scale.worker.unlike]', () => {
    const told: string[] = [];
    const meet = unlike((problem) => told.push(problem));
    const now = Date.UTC(2026, 0, 5);
    const alike = ofUs(now - 20_000);
    meet('The worker w1', says(alike), now);
    expect(told).toEqual([]);
    const older = { ...alike, 'stagebook-version': '0.0.1' };
    for (let n = 0; n < 3; n += 1) meet('The worker w1', says(older), now);
    expect(told).toEqual([expect.stringContaining('The worker w1 is Stagebook 0.0.1')]);
    meet('The worker w2', says(ofUs(now - 3 * HOUR)), now);
    meet('The worker w3', says(ofUs(now + 90_000)), now);
    expect(told.slice(1)).toEqual([
      expect.stringContaining('The clock of the worker w2 is 3 h behind'),
      expect.stringContaining('The clock of the worker w3 is 2 min ahead'),
    ]);
    meet('The worker w1', says(alike), now);
    meet('The worker w1', says(older), now);
    expect(told).toHaveLength(4);
  });

  it('each hears it of the other with the first message [scale.worker.unlike]', async () => {
    const { url, told } = await open();
    const heard: string[] = [];
    const link = (offset: number) =>
      hubLink(
        { id: 'ours', url },
        {
          node: 'Büro 1',
          token: () => Promise.resolve(TOKEN),
          onUnlike: (problem) => void heard.push(problem),
          fetch: async (at, init) => {
            const headers = { ...(init?.headers as Record<string, string>) };
            const shifted = String(Number(headers['stagebook-clock']) + offset);
            const response = await fetch(at, { ...init, headers: { ...headers, 'stagebook-clock': shifted } });
            const back = new Headers(response.headers);
            back.set('stagebook-clock', String(Number(back.get('stagebook-clock')) - offset));
            return new Response(await response.text(), { status: response.status, headers: back });
          },
        },
      );
    await link(0).greet();
    expect([told, heard]).toEqual([[], []]);
    await link(-5 * HOUR).greet();
    expect(told).toEqual([expect.stringContaining('worker Büro 1 is 5 h behind')]);
    expect(heard).toEqual([expect.stringContaining(`hub at ${url} is 5 h ahead`)]);
  });

  it('say nothing of themselves to strangers [scale.ingest.refusals]', async () => {
    const { url } = await open();
    const response = await fetch(`${url}/ingest/ask`, { method: 'POST', body: '{}' });
    expect([...response.headers.keys()].filter((name) => name.startsWith('stagebook'))).toEqual([]);
  });
});

describe('a hub', () => {
  it('says when its workers would tell another hub: two have one configuration [scale.hub.address]', async () => {
    const first = await open();
    const second = await open(first.url);
    first.hub.open();
    second.hub.open();
    await expect.poll(() => second.told).toContainEqual(expect.stringContaining(`restate.hub.url (${first.url})`));
    expect(first.told.join()).not.toContain('restate.hub.url');
  });
});
