import { makeCalls, offline, readFrame } from '../../shared/protocol/open-calls.ts';
import type { CallName, CallParameters, CallResults } from '../../shared/protocol/calls.ts';
import type { ClientFrame, Hello, OutputLine, ServerFrame, Welcome } from '../../shared/protocol/frames.ts';
import { PROTOCOL_LIMITS, PROTOCOL_VERSION, REFUSALS, type Refusal } from '../../shared/protocol/limits.ts';
import type { RunEvent } from '../../shared/run/event.ts';

/** The outside of a connection: what tests replace. */
export interface Wires {
  open(heard: { opened(): void; message(text: string): void; closed(code: number): void }): Wire;
  /** Runs something after so many milliseconds unless it is called off. */
  after(milliseconds: number, run: () => void): () => void;
  /** In [0, 1). */
  random(): number;
  /** Whether the daemon is there. Never rejects. */
  reach(): Promise<boolean>;
}
export interface Wire {
  send(text: string): void;
  close(): void;
}

export type Status =
  /** This browser is nobody's device yet; `away` while the daemon does not answer. */
  | { is: 'stranger'; away?: true }
  | { is: 'connecting' }
  | { is: 'online'; welcome: Welcome }
  /** The daemon does not answer; we go on trying. */
  | { is: 'offline' }
  /** It does not want us, and trying again does not help. */
  | { is: 'refused'; code: Refusal; message: string };

/** Who the panel says it is. */
export type Identity = Extract<Hello['as'], { kind: 'device' | 'enrolling' }>;

export interface Heard {
  status(status: Status): void;
  events(events: readonly RunEvent[]): void;
  output(line: OutputLine): void;
  changed(what: Extract<ServerFrame, { changed: string }>['changed']): void;
  /** Nothing that was known holds: the journal is another or an older one. */
  reset(): void;
}

export interface Connection {
  readonly status: Status;
  /** Begins as somebody; without an identity it is a stranger’s. */
  connect(identity: Identity | undefined): void;
  call<C extends CallName>(name: C, parameters: CallParameters<C>): Promise<CallResults[C]>;
  close(): void;
}

const FINAL: readonly Refusal[] = ['token', 'code', 'proof', 'version', 'origin'];
const FIRST_MS = 500;
const LONGEST_MS = 15_000;
/** How often a window that is nobody's looks whether the daemon is there. */
const REACH_MS = 5_000;

/**
 * The panel's WebSocket: says who it is, proves its key, hears every run's events, comes back after a loss and goes on where
 * it was. A machine over injected wires.
 */
export function makeConnection(options: {
  wires: Wires;
  version: string;
  prove(nonce: string): Promise<string>;
  heard: Heard;
}): Connection {
  const { wires, heard } = options;
  const calls = makeCalls(send, (milliseconds, run) => wires.after(milliseconds, run));
  let identity: Identity | undefined;
  let status: Status = { is: 'connecting' };
  let wire: Wire | undefined;
  let generation = 0;
  let attempt = 0;
  let timer = () => {};
  /** Everything to here was heard; -1 before the first welcome. */
  let cursor = -1;

  const become = (now: Status) => {
    status = now;
    heard.status(now);
  };

  function begin(): void {
    if (!identity) return stranger();
    if (status.is !== 'offline') become({ is: 'connecting' });
    const as = identity;
    const mine = (generation += 1);
    const current = () => mine === generation;
    const opened = wires.open({
      opened: () => void (current() && send({ hello: { protocol: PROTOCOL_VERSION, version: options.version, as } })),
      message: (text) => void (current() && receive(text, current)),
      closed: (code) => void (current() && lost(code)),
    });
    if (!current()) return opened.close();
    wire = opened;
    timer = wires.after(PROTOCOL_LIMITS.helloMs, () => lost(0));
  }

  /** Nobody's window opens no connection, but says before anybody types into it whether that would be of use. */
  function stranger(): void {
    const mine = (generation += 1);
    if (status.is !== 'stranger') become({ is: 'stranger' });
    const look = async (): Promise<void> => {
      const there = await wires.reach();
      if (mine !== generation) return;
      if (there === (status.is === 'stranger' && status.away === true))
        become(there ? { is: 'stranger' } : { is: 'stranger', away: true });
      timer = wires.after(REACH_MS, () => void look());
    };
    void look();
  }

  function send(frame: ClientFrame): void {
    wire?.send(JSON.stringify(frame));
  }

  function receive(text: string, current: () => boolean): void {
    const frame = readFrame(text);
    if (!frame) return;
    if ('prove' in frame) void answerProof(frame.prove.nonce, current);
    else if ('welcome' in frame) welcomed(frame.welcome);
    else if ('refused' in frame) refused(frame.refused.code, frame.refused.message);
    else if ('events' in frame) {
      cursor = Math.max(cursor, frame.upTo);
      if (frame.events.length > 0) heard.events(frame.events);
    } else if ('output' in frame) heard.output(frame.output);
    else if ('changed' in frame) heard.changed(frame.changed);
    else if ('id' in frame && !('call' in frame)) calls.settle(frame);
  }

  async function answerProof(nonce: string, current: () => boolean): Promise<void> {
    try {
      const signature = await options.prove(nonce);
      if (current()) send({ proof: { signature } });
    } catch {
      if (current()) refused('proof', 'The key of this browser cannot be used any more. Enrol it again.');
    }
  }

  function welcomed(welcome: Welcome): void {
    timer();
    timer = () => {};
    attempt = 0;
    // A code is good once: from here on it is the device that comes back.
    if (welcome.device) identity = { kind: 'device', device: welcome.device.device };
    const older = welcome.pos < cursor;
    if (cursor < 0 || older) cursor = welcome.pos;
    become({ is: 'online', welcome });
    if (older) heard.reset();
    // Its answer needs no care: events come by themselves, and a loss is seen at the socket.
    void call('subscribe', { runs: 'all', after: cursor }).catch(() => {});
  }

  function refused(code: Refusal, message: string): void {
    letGo();
    if (!FINAL.includes(code)) return again();
    become({ is: 'refused', code, message });
  }

  function lost(closeCode: number): void {
    const why = (Object.keys(REFUSALS) as Refusal[]).find((name) => REFUSALS[name] === closeCode);
    if (why && FINAL.includes(why)) return refused(why, 'The daemon ended the connection and does not want it back.');
    letGo();
    // A code is good once: who was enrolling types another.
    if (identity?.kind === 'enrolling')
      return refused('code', 'The daemon did not answer. Is it up? Start it: stagebook up');
    again();
  }

  function again(): void {
    become({ is: 'offline' });
    const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
    timer = wires.after(longest / 2 + (longest / 2) * wires.random(), begin);
    attempt += 1;
  }

  /** Forgets the socket and rejects what was asked through it. */
  function letGo(): void {
    generation += 1;
    timer();
    timer = () => {};
    const gone = wire;
    wire = undefined;
    gone?.close();
    calls.lose();
  }

  function call<C extends CallName>(name: C, parameters: CallParameters<C>): Promise<CallResults[C]> {
    return status.is === 'online' ? calls.make(name, parameters) : Promise.reject(offline());
  }

  return {
    get status() {
      return status;
    },
    connect(as) {
      letGo();
      attempt = 0;
      identity = as;
      begin();
    },
    call,
    close() {
      letGo();
      become({ is: 'offline' });
    },
  };
}
