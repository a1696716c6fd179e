import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { hashJson } from '../../../shared/canonical-json.ts';
import { actions } from '../../../daemon/actions/index.ts';
import { startPrometheus, type Started } from '../../../daemon/demo/counterparts/prometheus.ts';
import { listenOnLoopback } from '../../../daemon/demo/counterparts/loopback.ts';
import { testContext } from '../../fakes/action-context.ts';
import { addressOfNobody } from '../../fakes/nowhere.ts';
import { requireProgram } from '../../programs.ts';

const hasPrometheus = requireProgram('prometheus');
const action = (name: string) => actions.find((each) => each.name === name)!;

/** A service whose gauge says what the test says. */
/** A busy machine scrapes late. */
const waiting = { timeout: 15_000, interval: 50 };

let saturation = 0.2;
let service: Server;
let prometheus: Started;

async function look(name: string, settings: object, sources: object = { prometheus: { url: prometheus.url } }) {
  const { input, run } = action(name);
  const context = await testContext({ config: { sources } });
  return (await run(input.parse(settings), context)) as Record<string, unknown> & {
    evidence: {
      finding: string;
      digest: string;
      link: string;
      again: { uses: string; with: object };
      series?: { lines: { points: unknown[] }[] };
    };
  };
}

describe.runIf(hasPrometheus)('in a real Prometheus', () => {
  beforeAll(async () => {
    service = createServer((_request, response) => {
      response.end(`pool_saturation{pool="a"} ${saturation}\npool_saturation{pool="b"} 0.1\n`);
    });
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
    const { port } = service.address() as AddressInfo;
    const rule = {
      alert: 'PoolDry',
      expr: 'pool_saturation > 0.7',
      labels: { service: 'api' },
      annotations: { summary: 'dry' },
    };
    prometheus = await startPrometheus({
      targets: { api: [`127.0.0.1:${port}`] },
      groups: [{ name: 'api', rules: [rule] }],
      interval: '250ms',
    });
    await vi.waitFor(
      async () => expect((await look('prometheus.query', { query: 'pool_saturation' })).found).toBe(true),
      waiting,
    );
    saturation = 0.95;
    await vi.waitFor(async () => expect((await look('prometheus.alerts', {})).count).toBe(1), waiting);
    await vi.waitFor(
      async () => expect((await look('prometheus.query', { query: 'pool_saturation' })).value).toBe(0.95),
      waiting,
    );
  }, 40_000);
  afterAll(async () => {
    await prometheus?.stop();
    await new Promise((resolve) => (service ? service.close(resolve) : resolve(null)));
  });

  it('a query gives the highest series, and evidence that says so [incident.look.prometheus]', async () => {
    const found = await look('prometheus.query', { query: 'pool_saturation', unit: 'ratio' });
    expect(found).toMatchObject({ available: true, reason: '', found: true, value: 0.95 });
    expect(found.samples).toHaveLength(2);
    expect(hashJson(found.result)).toBe(found.evidence.digest);
    expect(found.evidence).toMatchObject({ source: 'prometheus', query: 'pool_saturation', from: null });
    expect(found.evidence.finding).toContain('95 %');
    expect(found.evidence.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(found.evidence.link).toContain(`${prometheus.url}/graph?g0.expr=pool_saturation`);
    const named = await look('prometheus.query', { name: 'how full the pool is', query: 'max(pool_saturation)' });
    expect(named.evidence.finding).toBe('How full the pool is: 0.95.');
    expect(named.evidence.again.with).toMatchObject({ name: 'how full the pool is', query: 'max(pool_saturation)' });
  });

  it('a range says what it was before and when it began, with points for a chart [incident.look.baseline]', async () => {
    const asked = {
      name: 'saturation of the pool',
      query: 'max(pool_saturation)',
      unit: 'ratio',
      over: '10s',
      step: '250ms',
    };
    // A range ends at a whole step, and may end before what was measured just now.
    const found = await vi.waitFor(async () => {
      const looked = await look('prometheus.query_range', asked);
      expect(looked.last).toBe(0.95);
      return looked;
    }, waiting);
    expect(found).toMatchObject({ available: true, peak: 0.95, last: 0.95 });
    expect(found.began).toMatch(/Z$/);
    expect(found.evidence.series!.lines[0]!.points).toHaveLength(41);
    expect(found.evidence.finding).toMatch(/^Saturation of the pool is 95 %;/);
  });

  it.each([
    ['prometheus.query', { query: 'pool_saturation' }],
    ['prometheus.query_range', { query: 'pool_saturation', over: '8s' }],
  ])('%s can be asked again, and the digest is the same [incident.look.digest]', async (name, settings) => {
    const one = await look(name, settings);
    expect(hashJson(one.result)).toBe(one.evidence.digest);
    const { uses, with: again } = one.evidence.again;
    expect((await look(uses, again)).evidence.digest).toBe(one.evidence.digest);
    expect((await look(uses, { ...again, query: 'up' })).evidence.digest).not.toBe(one.evidence.digest);
  });

  it('alerts and rules are read, by label too [incident.look.prometheus]', async () => {
    // On a busy machine a scrape comes late, and then the alert is gone for a moment.
    await vi.waitFor(
      async () =>
        expect(await look('prometheus.alerts', { match: { service: 'api' } })).toMatchObject({
          count: 1,
          alerts: [{ name: 'PoolDry', state: 'firing', summary: 'dry' }],
        }),
      waiting,
    );
    expect(await look('prometheus.alerts', { match: { service: 'other' } })).toMatchObject({ count: 0, alerts: [] });
    const rules = await look('prometheus.rules', { name: 'PoolDry' });
    expect(rules).toMatchObject({
      count: 1,
      rules: [{ kind: 'alerting', query: 'pool_saturation > 0.7', trouble: '' }],
    });
  });

  it('conditions hold together or not at all, and each says what it saw [incident.look.check]', async () => {
    const conditions = [
      { name: 'saturation', query: 'max(pool_saturation)', unit: 'ratio', below: 0.7 },
      { name: 'up', query: 'min(up)', above: 0.5 },
    ];
    // On a busy machine a scrape comes late, and then there is nothing of this moment for one.
    const dry = await vi.waitFor(async () => {
      const looked = await look('prometheus.check', { conditions });
      expect(looked).toMatchObject({
        available: true,
        holds: false,
        conditions: [{ holds: false, value: 0.95 }, { holds: true }],
      });
      return looked;
    }, waiting);
    expect(dry.said).toContain('Saturation was 95 %; it is not below 70 %.');
    const lenient = [{ ...conditions[0], below: 0.99 }, conditions[1]];
    expect(await look('prometheus.check', { conditions: lenient })).toMatchObject({ holds: true });
    const empty = { name: 'errors', query: 'nothing_of_this_name', below: 1 };
    expect(await look('prometheus.check', { conditions: [empty] })).toMatchObject({
      available: true,
      holds: false,
      conditions: [
        { evidence: { finding: expect.stringMatching(/could not be measured: there was nothing to measure\.$/) } },
      ],
    });
    const quiet = { ...empty, when_empty: 'holds' };
    expect(await look('prometheus.check', { conditions: [quiet] })).toMatchObject({ holds: true });
  });

  it('a query that Prometheus refuses is a gap with its own words [incident.look.gap]', async () => {
    const refused = await look('prometheus.query', { query: 'sum(' });
    expect(refused).toMatchObject({ available: false, found: false, value: null });
    expect(refused.reason).toContain('parse error');
  });
});

describe('a source that gives no answer', () => {
  const names = [
    'prometheus.query',
    'prometheus.query_range',
    'prometheus.alerts',
    'prometheus.rules',
    'prometheus.check',
  ];
  const settings: Record<string, object> = {
    'prometheus.query': { query: 'up' },
    'prometheus.query_range': { query: 'up' },
    'prometheus.check': { conditions: [{ name: 'up', query: 'up', above: 0 }] },
  };

  it.each(names)('leaves a marked gap and stops nothing: %s [incident.look.gap]', async (name) => {
    const nobody = { prometheus: { url: await addressOfNobody() } };
    const down = await look(name, settings[name] ?? {}, nobody);
    expect(down.available).toBe(false);
    expect(down.reason).toContain('Could not reach Prometheus');
    expect(down.evidence).toMatchObject({ digest: '', finding: down.reason });
    const absent = await look(name, settings[name] ?? {}, {});
    expect(absent.reason).toContain('sources.prometheus.url');
    const other = await listenOnLoopback((_request, response) => response.end('<html>hello</html>'));
    const page = await look(name, settings[name] ?? {}, { prometheus: { url: other.url } });
    await other.close();
    expect(page.reason).toContain('is not its API');
  });

  it('and answers a part only, is told of with its own warning [incident.look.partial]', async () => {
    const answer = { status: 'success', warnings: ['store 10.0.0.7: deadline exceeded\nat line 1', 'another'] };
    const partial = await listenOnLoopback((request, response) => {
      const isRange = request.url!.startsWith('/api/v1/query_range');
      const data = isRange
        ? { resultType: 'matrix', result: [] }
        : { resultType: 'vector', result: [{ metric: {}, value: [1, '0.2'] }] };
      response.end(JSON.stringify({ ...answer, data }));
    });
    const sources = { prometheus: { url: partial.url } };
    const warned = ' Prometheus warns that this may not be all: “store 10.0.0.7: deadline exceeded”.';
    const findings = [
      (await look('prometheus.query', { query: 'up' }, sources)).evidence.finding,
      (await look('prometheus.query_range', { query: 'up' }, sources)).evidence.finding,
      (await look('prometheus.check', { conditions: [{ name: 'up', query: 'up', above: 0 }] }, sources)).said,
    ];
    await partial.close();
    expect(findings).toEqual([
      `up: 0.2.${warned}`,
      `up: there was nothing to measure.${warned}`,
      `Up was 0.2; it is above 0.${warned}`,
    ]);
  });

  it('is stopped with its step, which is no gap', async () => {
    const held = await listenOnLoopback(() => undefined);
    const stop = new AbortController();
    const context = await testContext({ config: { sources: { prometheus: { url: held.url } } }, signal: stop.signal });
    const { run, input } = action('prometheus.query');
    const running = run(input.parse({ query: 'up' }), context);
    stop.abort();
    await expect(running).rejects.toMatchObject({ code: 'network.cancelled' });
    await held.close();
  });

  it('gets its token from the secret that the configuration names [incident.look.token]', async () => {
    const seen: (string | undefined)[] = [];
    const server = await listenOnLoopback((request, response) => {
      seen.push(request.headers.authorization);
      response.end('{}');
    });
    await look(
      'prometheus.query',
      { query: 'up' },
      { prometheus: { url: server.url, token: () => Promise.resolve('t0ken') } },
    );
    await server.close();
    expect(seen).toEqual(['Bearer t0ken']);
  });
});
