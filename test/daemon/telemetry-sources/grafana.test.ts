import { createServer, request, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { actions } from '../../../daemon/actions/index.ts';
import { startLoki, type Loki } from '../../../daemon/demo/counterparts/loki.ts';
import { startPrometheus, type Started } from '../../../daemon/demo/counterparts/prometheus.ts';
import { askTool } from '../../../daemon/mcp/ask-tool.ts';
import { openSources, sourcesSchema } from '../../../daemon/telemetry-sources/sources.ts';
import { hashJson } from '../../../shared/canonical-json.ts';
import { testContext } from '../../fakes/action-context.ts';
import { testServers, type TestServers } from '../../fakes/mcp/servers.ts';
import { requireProgram } from '../../programs.ts';

const require = createRequire(import.meta.url);
const SERVER = require.resolve('@leval/mcp-grafana/dist/cli.js');
const TOKEN = 'a-token-of-a-service-account';
const CONFIG = sourcesSchema.parse({
  prometheus: { mcp: 'grafana', datasource: 'prom', ui: 'https://grafana.example' },
  loki: { mcp: 'grafana', datasource: 'logs' },
});

/** What is behind a Grafana, and a door that wants its token: its data source proxy, which is all that the tools use. */
let service: Server;
let prometheus: Started;
let loki: Loki;
let grafana: Server;
let tools: TestServers;

const portOf = (server: Server): number => (server.address() as AddressInfo).port;
const listen = (server: Server): Promise<void> => new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

describe.runIf(requireProgram('prometheus'))('sources behind a Grafana', () => {
  beforeAll(async () => {
    service = createServer((_request, response) => response.end('pool_saturation{pool="a"} 0.95\n'));
    await listen(service);
    loki = await startLoki();
    const at = Date.now() - 60_000;
    await loki.push(
      { service: 'shop' },
      Array.from({ length: 120 }, (_, n) => ({ at: at + n, text: `error: no connection free after ${n} ms` })),
    );
    prometheus = await startPrometheus({ targets: { api: [`127.0.0.1:${portOf(service)}`] }, interval: '250ms' });
    const behind: Record<string, string> = { prom: prometheus.url, logs: loki.url };
    grafana = createServer((asked, response) => {
      const [, uid, path] = /^\/api\/datasources\/proxy\/uid\/(\w+)(\/.*)$/.exec(asked.url ?? '') ?? [];
      const base = behind[uid ?? ''];
      if (asked.headers.authorization !== `Bearer ${TOKEN}` || base === undefined) {
        response.writeHead(base === undefined ? 404 : 401).end('{"message":"no"}');
        return;
      }
      asked.pipe(
        request(base + path!, { method: asked.method }, (answer) => {
          response.writeHead(answer.statusCode!, answer.headers);
          answer.pipe(response);
        }),
      );
    });
    await listen(grafana);
    tools = testServers(
      {
        grafana: {
          command: process.execPath,
          args: [SERVER],
          env: { GRAFANA_URL: `http://127.0.0.1:${portOf(grafana)}`, GRAFANA_SERVICE_ACCOUNT_TOKEN: '${GRAFANA}' },
        },
      },
      { secrets: { GRAFANA: TOKEN } },
    );
  }, 40_000);
  afterAll(async () => {
    await tools?.servers.close();
    for (const each of [grafana, service]) await new Promise((resolve) => each.close(resolve));
    await prometheus?.stop();
    await loki?.stop();
  });

  async function look(name: string, settings: object) {
    const action = actions.find((each) => each.name === name)!;
    const sources = openSources(
      CONFIG,
      () => Promise.reject(new Error('no token')),
      askTool(() => tools.servers),
    );
    return (await action.run(action.input.parse(settings), await testContext({ config: { sources } }))) as Record<
      string,
      unknown
    > & { evidence: { digest: string; link: string; finding: string; again: { uses: string; with: object } } };
  }

  it('are a gap until a person has trusted the server, and then asked by its tools [incident.look.grafana]', async () => {
    const query = 'max(pool_saturation)';
    const before = await look('prometheus.query', { query });
    expect(before).toMatchObject({ available: false, reason: expect.stringContaining('trust') });
    await tools.trust('grafana');
    const found = await vi.waitFor(
      async () => {
        const looked = await look('prometheus.query', { name: 'how full the pool is', query, unit: 'ratio' });
        expect(looked).toMatchObject({ available: true, value: 0.95, reason: '' });
        return looked;
      },
      { timeout: 15_000, interval: 100 },
    );
    expect(found.evidence.finding).toBe('How full the pool is: 95 %.');
    expect(found.evidence.link).toMatch(/^https:\/\/grafana\.example\/explore\?left=/);
    expect(hashJson(found.result)).toBe(found.evidence.digest);
    // The same as Prometheus says by itself: evidence stands whichever way it was asked.
    const again = await look(found.evidence.again.uses, found.evidence.again.with);
    expect(again.evidence.digest).toBe(found.evidence.digest);
    // A range ends at a whole second, and may end before the first scrape.
    await vi.waitFor(
      async () => {
        const range = await look('prometheus.query_range', { query, unit: 'ratio', over: '5s', step: '1s' });
        expect(range).toMatchObject({ available: true, last: 0.95 });
      },
      { timeout: 5_000, interval: 100 },
    );
  });

  it('give the newest hundred lines, which is said to be all that there may be [incident.look.grafana]', async () => {
    await tools.trust('grafana');
    const found = await look('loki.patterns', { name: 'errors', query: '{service="shop"} |= "error"' });
    expect(found).toMatchObject({ available: true, total: 100, complete: false });
    expect(found.evidence.finding).toMatch(
      /^Errors: 100 % of the newest 100 lines are “error: no connection free after/,
    );
  });

  it('say what they cannot be asked, and what Prometheus refuses, as gaps [incident.look.grafana]', async () => {
    await tools.trust('grafana');
    expect(await look('prometheus.alerts', {})).toMatchObject({
      available: false,
      reason: expect.stringContaining('has no tool for this question'),
    });
    expect(await look('prometheus.query', { query: 'sum(' })).toMatchObject({ available: false, found: false });
  });
});
