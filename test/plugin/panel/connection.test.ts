import { expect, it } from 'vitest';
import { makeConnection, type Heard, type Status, type Wires } from '../../../plugin/panel/connection.ts';
import { PROTOCOL_VERSION } from '../../../shared/protocol/limits.ts';

/** A daemon's end that the test plays, and time that it moves. */
function play() {
  const sent: unknown[] = [];
  const statuses: Status[] = [];
  const heard: string[] = [];
  let socket: { opened(): void; message(text: string): void; closed(code: number): void } | undefined;
  let opened = 0;
  const daemon = { up: true };
  const timers = new Set<{ at: number; run(): void }>();
  let now = 0;
  const wires: Wires = {
    open(to) {
      socket = to;
      opened += 1;
      return { send: (text) => void sent.push(JSON.parse(text)), close: () => undefined };
    },
    after(milliseconds, run) {
      const timer = { at: now + milliseconds, run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    random: () => 0.5,
    reach: () => Promise.resolve(daemon.up),
  };
  const listen: Heard = {
    status: (status) => void statuses.push(status),
    events: (events) => void heard.push(`events ${events.map(({ pos }) => pos).join()}`),
    output: () => void heard.push('output'),
    changed: (what) => void heard.push(`changed ${what}`),
    reset: () => void heard.push('reset'),
  };
  const connection = makeConnection({
    wires,
    version: '1.0.0',
    prove: (nonce) => Promise.resolve(`proof of ${nonce}`),
    heard: listen,
  });
  const welcome = {
    protocol: PROTOCOL_VERSION,
    version: '1.0.0',
    right: 'sign',
    device: { device: 'd', person: 'Ada' },
    pos: 7,
    panel: '',
  };
  return {
    connection,
    daemon,
    sent,
    heard,
    statuses,
    opened: () => opened,
    last: () => statuses.at(-1)!,
    open: () => socket!.opened(),
    say: (frame: unknown) => socket!.message(typeof frame === 'string' ? frame : JSON.stringify(frame)),
    welcome: (more: object = {}) => socket!.message(JSON.stringify({ welcome: { ...welcome, ...more } })),
    drop: (code = 1006) => socket!.closed(code),
    pass(milliseconds: number) {
      now += milliseconds;
      for (const timer of [...timers].filter(({ at }) => at <= now)) {
        timers.delete(timer);
        timer.run();
      }
    },
  };
}

it('proves its key, then subscribes from where the daemon is [ui.panel.connection]', async () => {
  const there = play();
  there.connection.connect({ kind: 'device', device: 'd' });
  there.open();
  expect(there.sent).toEqual([
    { hello: { protocol: PROTOCOL_VERSION, version: '1.0.0', as: { kind: 'device', device: 'd' } } },
  ]);
  there.say({ prove: { nonce: 'n' } });
  await Promise.resolve();
  expect(there.sent[1]).toEqual({ proof: { signature: 'proof of n' } });
  there.welcome();
  expect(there.last()).toMatchObject({ is: 'online' });
  expect(there.sent[2]).toMatchObject({ call: 'subscribe', with: { runs: 'all', after: 7 } });
});

it('comes back after a loss, as the device that it became, at its cursor [ui.panel.connection]', async () => {
  const there = play();
  there.connection.connect({ kind: 'enrolling', code: 'c', person: 'Ada', pin: 'p', publicKey: 'k' });
  there.open();
  there.welcome();
  there.say({ events: [{ pos: 9 }], upTo: 12 });
  const asked = there.connection.call('people', {});
  there.drop();
  await expect(asked).rejects.toMatchObject({ code: 'connection.lost' });
  expect(there.last()).toEqual({ is: 'offline' });
  await expect(there.connection.call('people', {})).rejects.toMatchObject({ code: 'connection.offline' });
  there.pass(60_000);
  there.open();
  expect(there.sent.at(-1)).toMatchObject({ hello: { as: { kind: 'device', device: 'd' } } });
  there.welcome({ pos: 20 });
  expect(there.sent.at(-1)).toMatchObject({ call: 'subscribe', with: { after: 12 } });
  expect(there.heard).toEqual(['events 9']);
});

it('says so when the journal is an older one than it knew [ui.panel.connection]', () => {
  const there = play();
  there.connection.connect({ kind: 'device', device: 'd' });
  there.open();
  there.welcome({ pos: 50 });
  there.drop();
  there.pass(60_000);
  there.open();
  there.welcome({ pos: 3 });
  expect(there.heard).toEqual(['reset']);
});

it('tells a stranger that the daemon is away, and that it is back, and opens nothing for it [ui.panel.offline]', async () => {
  const there = play();
  const look = async () => {
    there.pass(5_000);
    await Promise.resolve();
    await Promise.resolve();
  };
  there.connection.connect(undefined);
  await look();
  await look();
  expect(there.statuses).toEqual([{ is: 'stranger' }]);
  there.daemon.up = false;
  await look();
  await look();
  expect(there.statuses.slice(1)).toEqual([{ is: 'stranger', away: true }]);
  there.daemon.up = true;
  await look();
  expect(there.statuses.slice(2)).toEqual([{ is: 'stranger' }]);
  expect(there.opened()).toBe(0);
  // Who enrols is no stranger any more: nothing is asked beside it.
  there.connection.connect({ kind: 'enrolling', code: 'c', person: 'Ada', pin: 'p', publicKey: 'k' });
  there.daemon.up = false;
  await look();
  expect(there.statuses.slice(3)).not.toContainEqual(expect.objectContaining({ is: 'stranger' }));
});

it.each(['token', 'proof', 'code', 'version'])(
  'does not knock again after a refusal for %s [ui.panel.connection]',
  (code) => {
    const there = play();
    there.connection.connect({ kind: 'device', device: 'd' });
    there.open();
    there.say({ refused: { code, message: 'why' } });
    expect(there.last()).toEqual({ is: 'refused', code, message: 'why' });
    there.pass(600_000);
    expect(there.opened()).toBe(1);
  },
);

it('waits longer each time, and takes what is no frame for nothing [ui.panel.connection]', () => {
  const there = play();
  there.connection.connect({ kind: 'device', device: 'd' });
  there.open();
  for (const text of ['', '[]', 'null', '{"welcome"', '{"id":99,"ok":1}']) there.say(text);
  there.drop();
  for (const [index, wait] of [375, 750, 1_500, 3_000].entries()) {
    there.pass(wait - 1);
    expect(there.opened()).toBe(index + 1);
    there.pass(1);
    expect(there.opened()).toBe(index + 2);
    there.drop();
  }
});
