import { describe, expect, it } from 'vitest';
import { backoff } from '../../plugin/backoff.ts';
import { mustConnect, noticeOf } from '../../plugin/notice.ts';
import { fail, type StagebookError } from '../../shared/failure.ts';
import type { Json } from '../../shared/json.ts';
import { PROTOCOL_LIMITS, PROTOCOL_VERSION, REFUSALS } from '../../shared/protocol/limits.ts';
import { setUp, welcome } from './far-end.ts';
import { settled } from './timers.ts';

const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => 'no failure',
    (error: StagebookError) => error.code,
  );

describe('a connection', () => {
  it('says hello with its token, and is online once it is welcome [ui.connection.hello]', () => {
    const { statuses, online } = setUp();
    const far = online();
    const as = { kind: 'plugin', token: 'secret' };
    expect(far.sent).toEqual([{ hello: { protocol: PROTOCOL_VERSION, version: '1.0.0', as } }]);
    expect(far.url).not.toContain('secret');
    expect(statuses).toEqual(['connecting', 'online']);
  });

  it('trades a code for a token, and keeps it [ui.connection.pairing]', () => {
    const { connection, timers, last, kept } = setUp({ as: { kind: 'pairing', code: 'ABC', name: 'Logseq' } });
    connection.connect();
    timers.advance(1);
    last().say({ welcome: welcome(0, { token: 'new' }) });
    expect(kept).toEqual(['new']);
  });

  it('opens nothing while nobody has paired it, and says how [ui.connection.pairing]', () => {
    const { connection, sockets, timers } = setUp({ as: undefined });
    connection.connect();
    timers.advance(60_000);
    expect(sockets).toEqual([]);
    expect(noticeOf(connection.status)).toMatch(/not connected/);
    expect(mustConnect(connection.status)).toBe(true);
  });

  it('says which side to update when the versions differ, and looks again now and then [ui.connection.version]', () => {
    for (const [theirs, side] of [
      [PROTOCOL_VERSION + 1, 'the plugin'],
      [PROTOCOL_VERSION - 1, 'the daemon'],
    ] as const) {
      const { connection, timers, last, sockets } = setUp();
      connection.connect();
      timers.advance(1);
      last().say({ welcome: welcome(0, { protocol: theirs as typeof PROTOCOL_VERSION, version: '9.9.9' }) });
      expect(noticeOf(connection.status)).toMatch(new RegExp(`^Update ${side}: .*9\\.9\\.9`));
      timers.advance(30_000);
      expect(sockets).toHaveLength(1);
      timers.advance(31_000);
      expect(sockets).toHaveLength(2);
    }
  });

  it('stops where only a person can help, and shows what to do [ui.connection.refused]', () => {
    for (const code of ['token', 'code', 'proof'] as const) {
      for (const spoken of [true, false]) {
        const { connection, timers, last, sockets } = setUp();
        connection.connect();
        timers.advance(1);
        if (spoken) last().say({ refused: { code, message: 'Pair it again.' } });
        else last().hangUp(REFUSALS[code]);
        timers.advance(600_000);
        expect(sockets).toHaveLength(1);
        expect(connection.status).toMatchObject({ is: 'refused', code });
        expect(noticeOf(connection.status)).toMatch(/Pair/);
        connection.connect();
        expect(sockets).toHaveLength(2);
      }
    }
  });

  it('comes back by itself, ever more slowly, and says in one line how to start the daemon [ui.connection.offline]', () => {
    const { connection, timers, sockets, accept, statuses } = setUp({ accept: false });
    connection.connect();
    timers.advance(120_000);
    expect(sockets.length).toBeGreaterThan(6);
    expect(sockets.length).toBeLessThan(16);
    expect(noticeOf(connection.status)).toMatch(/^[^\n]*stagebook up[^\n]*$/);
    expect(statuses.filter((is) => is === 'connecting')).toHaveLength(1);
    accept(true);
    while (sockets.at(-1)!.sent.length === 0) timers.advance(100);
    sockets.at(-1)!.say({ welcome: welcome() });
    expect(connection.status.is).toBe('online');
  });

  it('waits longer each time, up to half a minute, and never as long as others [ui.connection.backoff]', () => {
    for (let attempt = 0; attempt < 40; attempt += 1) {
      const [least, most] = [backoff(attempt, 0), backoff(attempt, 0.999)];
      expect(least).toBeGreaterThanOrEqual(250);
      expect(most).toBeLessThanOrEqual(30_000);
      expect(most).toBeGreaterThan(least * 1.5);
      expect(backoff(attempt + 1, 0)).toBeGreaterThanOrEqual(least);
    }
  });

  it('gives up a socket that says nothing, and one that only seemed steady counts as lost [ui.connection.backoff]', () => {
    const { connection, timers, sockets, last } = setUp();
    connection.connect();
    timers.advance(PROTOCOL_LIMITS.helloMs + 400);
    expect(sockets.length).toBe(2);
    const waits: number[] = [];
    for (let n = 0; n < 5; n += 1) {
      if (connection.status.is !== 'online') {
        timers.advance(1);
        last().say({ welcome: welcome() });
      }
      const before = sockets.length;
      last().hangUp();
      const from = timers.now();
      while (sockets.length === before) timers.advance(50);
      waits.push(timers.now() - from);
    }
    expect(waits.toSorted((a, b) => a - b)).toEqual(waits);
    expect(waits.at(-1)).toBeGreaterThan(waits[0]! * 4);
  });

  it('holds no timer and no call once it is closed [ui.connection.calls]', async () => {
    const { connection, online, timers } = setUp();
    online();
    const call = failureOf(connection.call('status', {}));
    connection.close();
    expect(await call).toBe('connection.lost');
    expect(timers.open).toBe(0);
  });
});

describe('calls', () => {
  it('are answered each by their own number, also out of order [ui.connection.calls]', async () => {
    const { connection, online } = setUp();
    const far = online();
    const [one, two] = [connection.call('requests', {}), connection.call('proposals', {})];
    const ids = far.sent.slice(1).map((frame) => (frame as { id: number }).id);
    far.say({ id: ids[1]!, ok: [2] });
    far.say({ id: ids[0]!, failure: { code: 'a.b', message: 'no', retryable: false } });
    far.say({ id: 999, ok: 'nobody asked' });
    far.say('no frame {{');
    far.say('[]');
    expect(await two).toEqual([2]);
    expect(await failureOf(one)).toBe('a.b');
  });

  it('fail by themselves when nobody answers, when the connection goes and when there is none [ui.connection.calls]', async () => {
    const { connection, online, timers } = setUp();
    expect(await failureOf(connection.call('status', {}))).toBe('connection.offline');
    const far = online();
    const late = failureOf(connection.call('status', {}, 1_000));
    timers.advance(1_001);
    expect(await late).toBe('connection.timeout');
    const lost = failureOf(connection.call('status', {}));
    far.hangUp();
    expect(await lost).toBe('connection.lost');
  });

  it('are no more at a time than the daemon takes; the others wait [ui.connection.calls]', async () => {
    const { connection, online } = setUp();
    const far = online();
    const calls = Array.from({ length: PROTOCOL_LIMITS.openCalls + 10 }, () => connection.call('status', {}));
    expect(far.sent).toHaveLength(1 + PROTOCOL_LIMITS.openCalls);
    for (let n = 1; n < far.sent.length; n += 1) far.say({ id: (far.sent[n] as { id: number }).id, ok: n });
    expect(await Promise.all(calls)).toHaveLength(calls.length);
  });

  it('of the daemon are answered, with what came or how it failed, within a frame [ui.connection.graph-call]', async () => {
    const answers: Record<string, () => Promise<Json>> = {
      fine: () => Promise.resolve({ a: 1 }),
      broken: () => Promise.reject(fail('denied', 'graph.method', 'no')),
      large: () => Promise.resolve('ä'.repeat(PROTOCOL_LIMITS.frameBytes / 2)),
    };
    const { online } = setUp({ answer: (method) => answers[method]!() });
    const far = online();
    for (const [id, method] of Object.keys(answers).entries())
      far.say({ id, call: 'graph.call', with: { method, args: [] } });
    await settled();
    const said = far.sent.slice(1) as { id: number; ok?: Json; failure?: { code: string } }[];
    expect(
      said.map(({ id, ok, failure }) => [id, ok ?? failure?.code]).toSorted(([a], [b]) => Number(a) - Number(b)),
    ).toEqual([
      [0, { a: 1 }],
      [1, 'graph.method'],
      [2, 'connection.answer_too_large'],
    ]);
  });

  it('of an earlier socket are not answered into a later one [ui.connection.graph-call]', async () => {
    let answer!: (value: Json) => void;
    const { online, timers, last } = setUp({ answer: () => new Promise((resolve) => (answer = resolve)) });
    const far = online();
    far.say({ id: 1, call: 'graph.call', with: { method: 'x', args: [] } });
    far.hangUp();
    timers.advance(1_000);
    last().say({ welcome: welcome() });
    answer('late');
    await settled();
    expect(last().sent).toHaveLength(1);
  });
});
