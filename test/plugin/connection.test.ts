import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoff } from '../../plugin/backoff.ts';
import { makeConnection, type Status, type Wires } from '../../plugin/connection.ts';
import { mustConnect, noticeOf } from '../../plugin/notice.ts';
import { makeRuns } from '../../plugin/runs.ts';
import { fail, type StagebookError } from '../../shared/failure.ts';
import type { Json } from '../../shared/json.ts';
import type { ClientFrame, Hello, ServerFrame, Welcome } from '../../shared/protocol/frames.ts';
import { PROTOCOL_LIMITS, PROTOCOL_VERSION, REFUSALS } from '../../shared/protocol/limits.ts';
import type { NewEvent, RunEvent } from '../../shared/run/event.ts';
import { fold } from '../../shared/run/fold/fold.ts';
import { completed, eventsOf, started } from './blocks/scenes.ts';
import { settled, Timers } from './timers.ts';

/** The far end of one socket. */
interface Far {
  sent: ClientFrame[];
  url: string;
  open: boolean;
  say(frame: ServerFrame | string): void;
  hangUp(code?: number): void;
}

function setUp(
  more: { as?: Hello['as'] | undefined; answer?: (method: string) => Promise<Json>; accept?: boolean } = {},
) {
  const timers = new Timers();
  const sockets: Far[] = [];
  const kept: string[] = [];
  const statuses: Status['is'][] = [];
  let up = more.accept ?? true;
  const wires: Wires = {
    open(url, heard) {
      const sent: ClientFrame[] = [];
      const far: Far = {
        sent,
        url,
        open: true,
        say: (frame) => heard.message(typeof frame === 'string' ? frame : JSON.stringify(frame)),
        hangUp(code = 1006) {
          far.open = false;
          heard.closed(code);
        },
      };
      sockets.push(far);
      timers.after(1, () => {
        if (!far.open) return;
        if (up) heard.opened();
        else far.hangUp();
      });
      return { send: (text) => void sent.push(JSON.parse(text) as ClientFrame), close: () => void (far.open = false) };
    },
    after: timers.after,
    random: () => 0.5,
  };
  const identity = { as: 'as' in more ? more.as : ({ kind: 'plugin', token: 'secret' } as const) };
  const connection = makeConnection({
    wires,
    version: '1.0.0',
    url: () => 'ws://127.0.0.1:7717/socket',
    identity: () => identity.as,
    keep: (token) => kept.push(token),
    answer: (_call, { method }) => (more.answer ? more.answer(method) : Promise.resolve(null)),
  });
  connection.on({ status: ({ is }) => statuses.push(is) });
  const last = () => sockets.at(-1)!;
  return {
    connection,
    timers,
    sockets,
    kept,
    statuses,
    identity,
    last,
    accept: (now: boolean) => (up = now),
    /** Connects and is let in. */
    online(pos = 0) {
      connection.connect();
      timers.advance(1);
      last().say({ welcome: welcome(pos) });
      return last();
    },
  };
}

function welcome(pos = 0, more: Partial<Welcome> = {}): Welcome {
  const panel = 'http://127.0.0.1:7717/panel/';
  return { protocol: PROTOCOL_VERSION, version: '1.0.0', right: 'propose', pos, panel, ...more };
}

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

describe('resuming', () => {
  it('goes on at the last position, and begins anew with an older journal [ui.connection.resume]', () => {
    const { connection, online, timers, last } = setUp();
    let resets = 0;
    connection.on({ reset: () => (resets += 1) });
    const subscription = () => last().sent.find((frame) => 'call' in frame && frame.call === 'subscribe');
    const far = online(7);
    connection.subscribe(['run-1']);
    expect(subscription()).toMatchObject({ with: { runs: ['run-1'], after: 7 } });
    far.say({ events: [], upTo: 12 });
    far.hangUp();
    timers.advance(1_000);
    last().say({ welcome: welcome(20) });
    expect(subscription()).toMatchObject({ with: { runs: ['run-1'], after: 12 } });
    last().hangUp();
    timers.advance(2_000);
    last().say({ welcome: welcome(3) });
    expect(subscription()).toMatchObject({ with: { after: 3 } });
    expect(resets).toBe(1);
  });

  /** A daemon that commits, sends in its own time, and is lost at any moment. */
  it('shows every event once, whatever is lost, doubled or cut off in between [ui.connection.resume]', async () => {
    const news: NewEvent[] = Array.from({ length: 12 }, (_, n) => [started(`n${n}`), completed(`n${n}`, n)]).flat();
    const all = eventsOf(news);
    const act = fc.constantFrom('commit', 'send', 'send', 'answer', 'answer', 'hang up', 'wait', 'double', 'follow');
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 10, maxLength: 120 }), async (acts) => {
        const { connection, timers, last, sockets } = setUp();
        const journal: RunEvent[] = all.slice(0, 3);
        const runs = makeRuns(connection, () => {});
        let read = 0;
        let subscribed: { after: number; far: Far } | undefined;
        const answers: (() => void)[] = [];
        const greeted = new Set<Far>();

        /** Reads what came from the other end, as the daemon does. */
        const listen = () => {
          const far = last();
          if (!far.open) return;
          if (far !== subscribed?.far) read = greeted.has(far) ? read : 0;
          for (; read < far.sent.length; read += 1) {
            const frame = far.sent[read]!;
            if ('hello' in frame) {
              greeted.add(far);
              read += 1;
              far.say({ welcome: welcome(journal.length) });
              return listen();
            }
            if (!('call' in frame)) continue;
            const { id, call } = frame;
            const given = frame.with as { after?: number };
            if (call === 'subscribe') {
              subscribed = { after: given.after!, far };
              far.say({ id, ok: { pos: journal.length } });
            } else if (call === 'run.events') {
              const events = journal.filter(({ seq }) => seq > given.after!).slice(0, 4);
              answers.push(
                () =>
                  void (
                    far.open &&
                    far.say({ id, ok: { events: events as unknown as Json, done: given.after! + 4 >= journal.length } })
                  ),
              );
            } else if (call === 'run.definition') {
              const header = { role: 'workflow', id: '', title: '', settings: {}, children: [] };
              answers.push(
                () =>
                  void (far.open && far.say({ id, ok: { definition: { language: 1, header, body: [] }, hash: 'h' } })),
              );
            }
          }
        };
        const send = (from: number) => {
          if (!subscribed?.far.open || subscribed.far !== last()) return;
          const events = journal.filter(({ pos }) => pos > from).slice(0, 3);
          if (events.length === 0) return;
          const upTo = events.at(-1)!.pos;
          subscribed.after = Math.max(subscribed.after, upTo);
          subscribed.far.say({ events, upTo });
        };
        const turn = async () => {
          await settled();
          listen();
          await settled();
        };
        const answer = () => answers.shift()?.();

        connection.connect();
        timers.advance(1);
        await turn();
        runs.follow(new Set(['run-1']));
        for (const one of acts) {
          if (one === 'commit' && journal.length < all.length) journal.push(all[journal.length]!);
          else if (one === 'send') send(subscribed?.after ?? 0);
          else if (one === 'double') send(Math.max(0, (subscribed?.after ?? 0) - 3));
          else if (one === 'answer') answer();
          else if (one === 'hang up' && last().open) last().hangUp();
          else if (one === 'wait') timers.advance(800);
          else if (one === 'follow') runs.follow(new Set(['run-1', `other-${sockets.length % 2}`]));
          await turn();
        }
        // In the end everything is there: the daemon is up, and sends what it has.
        for (let n = 0; n < 60; n += 1) {
          timers.advance(1_000);
          await turn();
          answer();
          send(subscribed?.after ?? 0);
          await turn();
        }
        expect(runs.get('run-1')?.state).toEqual(fold(journal));
      }),
      { numRuns: 150 },
    );
  });
});
