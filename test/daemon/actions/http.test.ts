import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { httpRequest } from '../../../daemon/actions/http.ts';
import type { Clock } from '../../../daemon/clock.ts';
import { withFaults, type Faults } from '../../../daemon/demo/counterparts/faults.ts';
import { listenOnLoopback, type Listening } from '../../../daemon/demo/counterparts/loopback.ts';
import { testContext } from '../../fakes/action-context.ts';
import type { StagebookError } from '../../../shared/failure.ts';
import { addressOfNobody } from '../../fakes/nowhere.ts';

let server: Listening;
let faults: Faults;
/** An echo: what was asked is the answer. */
beforeAll(async () => {
  const front = withFaults((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ method: request.method, headers: request.headers, body }));
    });
  });
  faults = front.faults;
  server = await listenOnLoopback(front.listener);
});
afterAll(() => server.close());
beforeEach(() => faults.clear());

const ask = async (more: Record<string, unknown>, signal?: AbortSignal) =>
  httpRequest.run(
    httpRequest.input.parse({ url: `${server.url}/x`, ...more }),
    await testContext(signal ? { signal } : {}),
  );

describe('http.request', () => {
  it('sends what it is given and reads JSON [core.action.http]', async () => {
    const done = await ask({ method: 'POST', body: { a: 1 }, headers: { 'X-Tag': 'y' } });
    expect(done).toMatchObject({
      status: 200,
      json: { method: 'POST', body: '{"a":1}', headers: { 'content-type': 'application/json', 'x-tag': 'y' } },
    });
    const text = await ask({ method: 'PUT', body: 'plain', headers: { 'content-type': 'text/plain' } });
    expect(text.json).toMatchObject({ body: 'plain', headers: { 'content-type': 'text/plain' } });
  });

  it('gives every write the idempotency key of its step, and a read none [core.action.http]', async () => {
    expect((await ask({ method: 'POST' })).json).toMatchObject({ headers: { 'idempotency-key': 'key-of-this-test' } });
    const own = await ask({ method: 'POST', headers: { 'Idempotency-Key': 'mine' } });
    expect(own.json).toMatchObject({ headers: { 'idempotency-key': 'mine' } });
    expect((await ask({})).json).not.toHaveProperty('headers.idempotency-key');
  });

  it('is a read only where HTTP says so [core.action.http]', () => {
    const effect = httpRequest.effect as (input: { method?: string }) => string;
    const reads = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((method) => effect({ method }) === 'read');
    expect([...reads, effect({})]).toEqual(['GET', 'HEAD', 'read']);
  });

  it.each([
    [401, 'http.denied', false],
    [403, 'http.denied', false],
    [404, 'http.not_found', false],
    [409, 'http.conflict', false],
    [422, 'http.refused', false],
    [423, 'http.locked', true],
    [429, 'http.rate_limited', true],
    [500, 'http.unavailable', true],
    [503, 'http.unavailable', true],
    [302, 'http.moved', false],
  ] as const)('takes %i for %s, retryable: %s [core.action.http]', async (status, code, retryable) => {
    faults.answerNext('GET', /x/, { status, headers: { location: 'http://elsewhere.invalid/' }, body: 'because' });
    await expect(ask({})).rejects.toMatchObject({ code, failure: { retryable } });
  });

  it('says what to do where there is nothing at an address [core.action.http]', async () => {
    faults.answerNext('GET', /x/, { status: 404, body: 'because' });
    await expect(ask({})).rejects.toThrow(/answered 404: because\. Check the address; .* list it under “expected”\.$/);
  });

  it('says when a rate limit ends, from either header [core.action.http]', async () => {
    faults.answerNext('GET', /x/, { status: 429, headers: { 'retry-after': '90' } });
    const before = Date.now();
    const error = await ask({}).catch((thrown: unknown) => thrown);
    const { retry_at } = (error as { failure: { data: { retry_at: string } } }).failure.data;
    expect(Date.parse(retry_at) - before).toBeGreaterThan(85_000);
    const at = 'Wed, 21 Oct 2065 07:28:00 GMT';
    faults.answerNext('GET', /x/, { status: 429, headers: { 'retry-after': at } });
    await expect(ask({})).rejects.toMatchObject({ failure: { data: { retry_at: '2065-10-21T07:28:00.000Z' } } });
  });

  it.each([
    ['retry-after', '9'.repeat(20)],
    ['x-ratelimit-reset', '9'.repeat(20)],
    ['retry-after', 'soon'],
  ])('is still a rate limit where %s says a time that there is not: %s [core.action.http]', async (name, value) => {
    faults.answerNext('GET', /x/, { status: 429, headers: { [name]: value } });
    const error: unknown = await ask({}).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'http.rate_limited', failure: { retryable: true } });
    expect((error as StagebookError).failure.data).toBeUndefined();
  });

  it('takes the statuses that are expected for an answer, and no other ones [core.action.http]', async () => {
    faults.answerNext('GET', /x/, { status: 404, body: 'nothing' });
    expect(await ask({ expected: [200, 404] })).toMatchObject({ status: 404, text: 'nothing', json: null });
    await expect(ask({ expected: [204] })).rejects.toMatchObject({ code: 'http.unexpected_status' });
  });

  it('never follows a redirect to another host [core.action.http]', async () => {
    const other = await listenOnLoopback(() => {
      throw new Error('The redirect was followed.');
    });
    faults.answerNext('GET', /x/, { status: 307, headers: { location: other.url } });
    await expect(ask({ headers: { authorization: 'secret' } })).rejects.toMatchObject({
      code: 'http.moved',
      message: expect.stringContaining(other.url),
    });
    await other.close();
  });

  it('reads no more than the limit [core.action.http]', async () => {
    faults.answerNext('GET', /x/, { status: 200, body: 'x'.repeat(2000) });
    await expect(ask({ max_bytes: 1000 })).rejects.toMatchObject({ code: 'network.too_large' });
  });

  it('knows a broken connection, of which nobody knows what it did, from none at all [core.action.http]', async () => {
    faults.loseNextAnswer('POST', /x/);
    await expect(ask({ method: 'POST' })).rejects.toMatchObject({
      code: 'network.lost',
      failure: { unanswered: true },
    });
    await expect(ask({ url: await addressOfNobody() })).rejects.toMatchObject({
      code: 'network.unreachable',
      failure: { retryable: true, unanswered: false },
    });
  });

  it('gives up after its time [core.action.http]', async () => {
    const held = faults.holdNext('GET', /x/);
    let wake: (() => void) | undefined;
    const clock: Clock = { now: () => 0, at: (_, call) => ((wake = call), () => (wake = undefined)) };
    const input = httpRequest.input.parse({ url: `${server.url}/x` });
    const running = httpRequest.run(input, await testContext({ clock }));
    await held.arrived;
    wake!();
    await expect(running).rejects.toMatchObject({ code: 'network.timeout', failure: { retryable: true } });
    expect(wake).toBeUndefined();
    held.release();
  });

  it('gives up at once when the step is stopped [core.action.http]', async () => {
    const held = faults.holdNext('GET', /x/);
    const stop = new AbortController();
    const running = ask({}, stop.signal);
    await held.arrived;
    stop.abort();
    await expect(running).rejects.toMatchObject({ code: 'network.cancelled' });
    held.release();
  });

  it('refuses other than http and https', () => {
    const others = ['file:///etc/passwd', 'ftp://x/y', 'not a url', '/path'];
    expect(others.filter((url) => httpRequest.input.safeParse({ url }).success)).toEqual([]);
  });
});
