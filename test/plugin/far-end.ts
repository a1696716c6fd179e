import { makeConnection, type Status, type Wires } from '../../plugin/connection.ts';
import type { Json } from '../../shared/json.ts';
import type { ClientFrame, Hello, ServerFrame, Welcome } from '../../shared/protocol/frames.ts';
import { PROTOCOL_VERSION } from '../../shared/protocol/limits.ts';
import { Timers } from './timers.ts';

/** The far end of one socket. */
export interface Far {
  sent: ClientFrame[];
  url: string;
  open: boolean;
  say(frame: ServerFrame | string): void;
  hangUp(code?: number): void;
}

/** A connection whose far end the test speaks for, with a time of its own; `accept` says whether anybody is there. */
export function setUp(
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

/** What a daemon says that lets somebody in. */
export function welcome(pos = 0, more: Partial<Welcome> = {}): Welcome {
  const panel = 'http://127.0.0.1:7717/panel/';
  return { protocol: PROTOCOL_VERSION, version: '1.0.0', right: 'propose', pos, panel, ...more };
}
