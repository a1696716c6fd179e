import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tracesSearch, tracesSlow } from '../../../daemon/actions/traces.ts';
import { startTraceStore, type TraceStore } from '../../../daemon/demo/counterparts/trace-store.ts';
import { hashJson } from '../../../shared/canonical-json.ts';
import { testContext } from '../../fakes/action-context.ts';
import { addressOfNobody } from '../../fakes/nowhere.ts';

let store: TraceStore;
const began = Date.now() - 60_000;
const nanoseconds = (ms: number): string => `${began + ms}000000`;

/** A request of which most is waiting for the pool; every second one fails there. */
function request(n: number, waits: number, fails: boolean): object[] {
  const span = (id: string, parentSpanId: string, name: string, from: number, to: number, failed = false) => ({
    traceId: `trace${n}`,
    spanId: `${id}${n}`,
    parentSpanId: parentSpanId && `${parentSpanId}${n}`,
    name,
    startTimeUnixNano: nanoseconds(n * 10 + from),
    endTimeUnixNano: nanoseconds(n * 10 + to),
    status: { code: failed ? 2 : 0 },
  });
  const end = waits + 20;
  return [
    span('a', '', 'GET /orders', 0, end, fails),
    span('b', 'a', 'pool.take', 5, 5 + waits, fails),
    span('c', 'a', 'database.query', 5 + waits, 10 + waits),
  ];
}

beforeAll(async () => {
  store = await startTraceStore();
  const spans = [request(1, 600, true), request(2, 700, false), request(3, 2, false)].flat();
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] };
  await fetch(`${store.url}/v1/traces`, {
    method: 'POST',
    body: JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] }),
  });
});
afterAll(() => store.stop());

describe.each(['tempo', 'jaeger'] as const)('%s', (speaks) => {
  const context = () => testContext({ config: { sources: { traces: { url: store.url, speaks } } } });

  it('says by operation where the time of slow and failing traces goes [incident.look.traces]', async () => {
    const found = await tracesSlow.run(tracesSlow.input.parse({ service: 'shop' }), await context());
    expect(found).toMatchObject({ available: true, slow: 2, failing: 1, tainted: true });
    expect(found.operations.map(({ operation }) => operation)).toEqual(['pool.take', 'GET /orders', 'database.query']);
    // Time in itself: of 620 and 720 ms, 1,300 were spent waiting for the pool.
    expect(found.operations[0]).toMatchObject({ service: 'shop', count: 2, failed: 1, max_ms: 700 });
    expect(found.operations[0]!.share).toBeCloseTo(1_300 / 1_340, 3);
    expect(found.evidence).toMatchObject({ source: speaks, finding: expect.stringContaining('shop pool.take') });
    expect(found.evidence.link).toContain('trace2');
    expect(hashJson(found.result)).toBe(found.evidence.digest);
    const again = await tracesSlow.run(tracesSlow.input.parse(found.evidence.again!.with), await context());
    expect(again.evidence.digest).toBe(found.evidence.digest);
  });

  it('asks for no service of another name where nobody named one [incident.look.traces]', async () => {
    const found = await tracesSlow.run(tracesSlow.input.parse({ service: '' }), await context());
    expect(found).toMatchObject(
      speaks === 'tempo'
        ? { available: true, slow: 2, evidence: { query: '{ duration > 500ms }' } }
        : { available: false, reason: expect.stringContaining('nobody named one') },
    );
  });

  it('finds traces: slow, failing, of an operation [incident.look.traces]', async () => {
    const search = async (settings: object) =>
      (await tracesSearch.run(tracesSearch.input.parse({ service: 'shop', ...settings }), await context())).traces;
    expect((await search({})).map(({ id }) => id)).toEqual(['trace1', 'trace2', 'trace3']);
    expect((await search({ slower_than: '650ms' })).map(({ id }) => id)).toEqual(['trace2']);
    expect(await search({ failed: true })).toMatchObject([
      { id: 'trace1', root: 'shop GET /orders', spans: 3, failed: 2 },
    ]);
    expect(await search({ operation: 'nothing.of.it' })).toEqual([]);
    expect(await search({ service: 'x" && duration > 0ms && name = "y' })).toEqual([]);
  });

  it('that is down leaves a gap [incident.look.gap]', async () => {
    const nobody = await testContext({ config: { sources: { traces: { url: await addressOfNobody(), speaks } } } });
    expect(await tracesSlow.run(tracesSlow.input.parse({ service: 'shop' }), nobody)).toMatchObject({
      available: false,
      reason: expect.stringContaining('Could not reach'),
      operations: [],
      evidence: { digest: '' },
    });
  });
});
