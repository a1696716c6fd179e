import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../../daemon/journal/database.ts';
import { sqliteClaims } from '../../../daemon/journal/claims.ts';
import { checkClaims, type ClaimMeans } from '../../../daemon/review/claims/check-claims.ts';
import { trustable } from '../../../daemon/review/claims/claim.ts';
import { outsideOver } from '../../../daemon/review/claims/outside.ts';
import type { Outside } from '../../../daemon/review/claims/look.ts';
import { SimulatedClock } from '../../../daemon/scenarios/simulated-clock.ts';
import { parseOutline } from '../../../shared/outline/index.ts';
import { hashDefinition } from '../../../shared/workflow/canonical.ts';
import { parseWorkflow } from '../../../shared/workflow/parse.ts';

const HOUR = 3_600_000;
const GRAPH = 'folder:/notes';

const claimsOf = (...settings: string[]) =>
  parseWorkflow(
    parseOutline(
      settings
        .map(
          (one, n) =>
            `- Prose ${n}\n\t- {{renderer :stagebook, claim}} Claim ${n}\n\t  \`\`\`yaml\n\t  ${one}\n\t  \`\`\``,
        )
        .join('\n'),
    ).blocks,
  ).claims;

/** Prometheus and the web as a test wants them, and who was asked. */
function world(values: Record<string, number> = {}) {
  const asked: string[] = [];
  const outside: Outside = {
    samples: (query) => {
      asked.push(query);
      const value = values[query];
      return value === undefined ? Promise.reject(new Error('unreachable')) : Promise.resolve([{ labels: {}, value }]);
    },
    status: (url) => {
      asked.push(url);
      return Promise.resolve(values[url] ?? 200);
    },
  };
  const trusted = new Set<string>();
  const clock = new SimulatedClock();
  const database = openDatabase(':memory:');
  const means: ClaimMeans = {
    store: sqliteClaims(database),
    outside,
    trusted: (hash) => trusted.has(hash),
    propose: (definition) => Promise.resolve(hashDefinition(definition)),
    now: () => clock.now(),
  };
  return { asked, values, trusted, clock, means };
}

describe('a living claim', () => {
  it('is looked at again, and remembered is since when it stopped being true [review.claims.since]', async () => {
    const { values, trusted, clock, means } = world({ 'up{job="api"}': 1 });
    const claims = claimsOf(`that: 'query("up{job=\\"api\\"}") == 1.0'`);
    trusted.add(hashDefinition(trustable(claims)));
    const look = () => checkClaims(GRAPH, [{ page: 'Runbook', claims }], means);
    const began = clock.now();
    expect(await look()).toMatchObject([{ page: 'Runbook', claim: 'claim_0', holds: true, since: began }]);

    values['up{job="api"}'] = 0;
    clock.advanceTo(began + HOUR / 2);
    expect(await look()).toMatchObject([{ holds: true }]);
    clock.advanceTo(began + HOUR);
    expect(await look()).toMatchObject([{ holds: false, since: began + HOUR, saw: 'up{job="api"} = 0' }]);
    clock.advanceTo(began + 30 * HOUR);
    expect(await look()).toMatchObject([{ holds: false, since: began + HOUR, checked: began + 30 * HOUR }]);

    // Nobody to ask: what was known stays.
    delete values['up{job="api"}'];
    clock.advanceTo(began + 40 * HOUR);
    expect(await look()).toMatchObject([{ holds: false, since: began + HOUR, saw: 'unreachable' }]);
  });

  it('begins anew when it was edited, and is forgotten when it is gone [review.claims.since]', async () => {
    const { clock, means } = world();
    const look = (that: string) =>
      checkClaims(GRAPH, [{ page: 'Runbook', claims: claimsOf(`that: '${that}'`) }], means);
    await look('1 == 2');
    clock.advanceTo(clock.now() + 5 * HOUR);
    expect(await look('1 == 1')).toMatchObject([{ holds: true, since: clock.now() }]);
    await checkClaims(GRAPH, [], means);
    expect(means.store.all(GRAPH)).toEqual([]);
  });

  it('on a page that nobody trusts asks nobody outside, and says so; trust goes with the content [review.claims.untrusted]', async () => {
    const { asked, trusted, means } = world({ 'https://example.org/runbook': 404 });
    const claims = claimsOf('url: https://example.org/runbook', `that: 'query("up") > 0.0'`, `that: '2 > 1'`);
    const before = await checkClaims(GRAPH, [{ page: 'Evil', claims }], means);
    expect(asked).toEqual([]);
    const hash = hashDefinition(trustable(claims));
    expect(before.map(({ holds, untrusted }) => [holds, untrusted])).toEqual([
      [null, hash],
      [null, hash],
      [true, undefined],
    ]);

    trusted.add(hash);
    const renamed = await checkClaims(GRAPH, [{ page: 'Renamed', claims }], means);
    expect(renamed.map(({ holds }) => holds)).toEqual([false, null, true]);
    const other = claimsOf('url: https://example.org/other');
    await checkClaims(GRAPH, [{ page: 'Renamed', claims: other }], means);
    expect(asked).not.toContain('https://example.org/other');
  });

  it('does not guess: a query that is put together, and a value that is no truth, are said [review.claims.expression]', async () => {
    const { means } = world();
    const claims = claimsOf(`that: 'query("a" + "b") > 0.0'`, `that: '1 + 1'`);
    const found = await checkClaims(GRAPH, [{ page: 'Odd', claims }], means);
    expect(found.map(({ holds }) => holds)).toEqual([null, null]);
    expect(found[0]!.saw).toContain('must be given a text as it stands');
  });
});

describe('the outside', () => {
  let server: Server | undefined;
  afterEach(() => new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined))));

  it('is a Prometheus that is asked and an address that is opened [review.claims.outside]', async () => {
    server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url!, 'http://x');
      if (pathname !== '/api/v1/query') return void response.writeHead(pathname === '/there' ? 200 : 404).end();
      const value = searchParams.get('query') === 'vector(3)' ? '3' : 'NaN';
      response.setHeader('content-type', 'application/json');
      const result = [{ metric: { job: 'api' }, value: [1, value] }];
      response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
    });
    await new Promise<void>((resolve) => void server!.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const outside = outsideOver({ clock: new SimulatedClock(), fetch, sources: { prometheus: { url } } });
    expect(await outside.samples('vector(3)')).toEqual([{ labels: { job: 'api' }, value: 3 }]);
    expect([await outside.status(`${url}/there`), await outside.status(`${url}/gone`)]).toEqual([200, 404]);
    const none = outsideOver({ clock: new SimulatedClock(), fetch, sources: {} });
    await expect(none.samples('up')).rejects.toThrow('No Prometheus is configured');
  });
});
