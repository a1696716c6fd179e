import { makeCalls, offline, readFrame } from '../shared/protocol/open-calls.ts';
import { fail, toFailure } from '../shared/failure.ts';
import type { Json, JsonObject } from '../shared/json.ts';
import type { CallName, CallParameters, CallResults } from '../shared/protocol/calls.ts';
import type { ClientFrame, Hello, OutputLine, PluginCalls, ServerFrame, Welcome } from '../shared/protocol/frames.ts';
import { PROTOCOL_LIMITS, PROTOCOL_VERSION, REFUSALS, type Refusal } from '../shared/protocol/limits.ts';
import type { RunEvent } from '../shared/run/event.ts';
import { backoff } from './backoff.ts';

/** The outside of a connection: what tests replace. */
export interface Wires {
  /** Opens a socket. May call back at once or later, never after `close`. */
  open(url: string, heard: { opened(): void; message(text: string): void; closed(code: number): void }): Wire;
  /** Runs something after so many milliseconds unless it is called off. */
  after(milliseconds: number, run: () => void): () => void;
  /** In [0, 1). */
  random(): number;
}
export interface Wire {
  send(text: string): void;
  close(): void;
}

export interface ConnectionOptions {
  wires: Wires;
  /** This package's version. */
  version: string;
  /** Where the daemon listens, as in `ws://127.0.0.1:7717/socket`. */
  url(): string;
  /** Who we are; undefined while nobody has paired us. */
  identity(): Hello['as'] | undefined;
  /** A pairing code was traded for a token: keep it. */
  keep(token: string): void;
  /** The daemon calls us. */
  answer<C extends keyof PluginCalls>(call: C, parameters: PluginCalls[C]['with']): Promise<Json>;
}

export type Status =
  /** Nobody has paired this Logseq with a daemon. */
  | { is: 'unpaired' }
  | { is: 'connecting' }
  | { is: 'online'; welcome: Welcome }
  /** The daemon does not answer; we go on trying. */
  | { is: 'offline' }
  /** It does not want us: of no use to try again before something changes. */
  | { is: 'refused'; code: Refusal; message: string };

export interface ConnectionEvents {
  status(status: Status): void;
  events(events: readonly RunEvent[]): void;
  output(line: OutputLine): void;
  changed(what: Extract<ServerFrame, { changed: string }>['changed']): void;
  /** What was known is void: the daemon's journal is another one, or an older one. Everything has to be asked again. */
  reset(): void;
}

export interface Connection {
  readonly status: Status;
  /** Begins, and begins again when address or identity changed. Tries at once. */
  connect(): void;
  close(): void;
  /** One call. Rejects with `connection.offline`, `.lost` or `.timeout`, or as the daemon answers. */
  call<C extends CallName>(name: C, parameters: CallParameters<C>, timeoutMs?: number): Promise<CallResults[C]>;
  /** Which runs' events come, from where they were left. Kept over reconnects. */
  subscribe(runs: readonly string[]): void;
  on(heard: Partial<ConnectionEvents>): () => void;
}

/** A daemon that hangs up sooner than this after a welcome counts as one that does not answer. */
const STEADY_MS = 5_000;
/** Refusals that only a person can end. `version` is tried again: either side may be updated any time. */
const FINAL: readonly Refusal[] = ['token', 'code', 'proof'];
const VERSION_RETRY_MS = 60_000;

/**
 * Keeps one WebSocket to the daemon: says hello, comes back after a loss, goes on at the last position. A state machine
 * over injected wires: no clock, no socket and no chance of its own.
 */
export function makeConnection(options: ConnectionOptions): Connection {
  const { wires } = options;
  const listeners = new Set<Partial<ConnectionEvents>>();
  const calls = makeCalls(send, (milliseconds, run) => wires.after(milliseconds, run));
  let status: Status = { is: 'unpaired' };
  let wire: Wire | undefined;
  /** Callbacks of a socket that was let go of do nothing. */
  let generation = 0;
  let attempt = 0;
  let timer = () => {};
  let steady = () => {};
  /** Everything to here was considered for the runs subscribed to; -1 before the first welcome. */
  let cursor = -1;
  let runs: readonly string[] = [];

  const tell = <E extends keyof ConnectionEvents>(event: E, ...given: Parameters<ConnectionEvents[E]>) => {
    for (const listener of listeners) (listener[event] as ((...args: unknown[]) => void) | undefined)?.(...given);
  };
  const become = (now: Status) => {
    status = now;
    tell('status', now);
  };

  function connect(): void {
    letGo();
    attempt = 0;
    begin();
  }

  function begin(): void {
    const as = options.identity();
    if (!as) return become({ is: 'unpaired' });
    // A quiet retry does not flicker: it stays offline until it is not.
    if (status.is !== 'offline') become({ is: 'connecting' });
    const mine = (generation += 1);
    const current = () => mine === generation;
    const opened = wires.open(options.url(), {
      opened() {
        if (!current()) return;
        send({ hello: { protocol: PROTOCOL_VERSION, version: options.version, as } });
      },
      message: (text) => void (current() && receive(text)),
      closed: (code) => void (current() && lost(code)),
    });
    // It may have closed while it was being opened.
    if (!current()) return opened.close();
    wire = opened;
    timer = wires.after(PROTOCOL_LIMITS.helloMs, () => lost(0));
  }

  function send(frame: ClientFrame): void {
    wire?.send(JSON.stringify(frame));
  }

  function receive(text: string): void {
    const frame = readFrame(text);
    if (!frame) return;
    if ('welcome' in frame) welcomed(frame.welcome);
    else if ('refused' in frame) refused(frame.refused.code, frame.refused.message);
    else if ('events' in frame) {
      // An earlier subscription's frames may overtake: what comes twice is dropped by its number in its run (runs.ts).
      cursor = Math.max(cursor, frame.upTo);
      if (frame.events.length > 0) tell('events', frame.events);
    } else if ('output' in frame) tell('output', frame.output);
    else if ('changed' in frame) tell('changed', frame.changed);
    else if ('call' in frame) void carryOut(frame);
    else if ('id' in frame) calls.settle(frame);
  }

  function welcomed(welcome: Welcome): void {
    if (welcome.protocol !== PROTOCOL_VERSION) return refused('version', mismatch(welcome, options.version));
    timer();
    timer = () => {};
    if (welcome.token !== undefined) options.keep(welcome.token);
    steady = wires.after(STEADY_MS, () => (attempt = 0));
    const older = welcome.pos < cursor;
    if (cursor < 0 || older) cursor = welcome.pos;
    become({ is: 'online', welcome });
    if (older) tell('reset');
    if (runs.length > 0) askForEvents();
  }

  function refused(code: Refusal, message: string): void {
    letGo();
    if (!FINAL.includes(code) && code !== 'version') return again();
    become({ is: 'refused', code, message });
    if (code === 'version') timer = wires.after(VERSION_RETRY_MS, begin);
  }

  function lost(code: number): void {
    const why = (Object.keys(REFUSALS) as Refusal[]).find((name) => REFUSALS[name] === code);
    // The reason may have been lost with the connection; its code is enough to know whether trying again helps.
    if (why && FINAL.includes(why)) return refused(why, 'Pair this Logseq again: run stagebook pair in a terminal.');
    letGo();
    again();
  }

  function again(): void {
    become({ is: 'offline' });
    timer = wires.after(backoff(attempt, wires.random()), begin);
    attempt += 1;
  }

  /** Forgets the socket and rejects what was asked through it. */
  function letGo(): void {
    generation += 1;
    timer();
    steady();
    timer = steady = () => {};
    const gone = wire;
    wire = undefined;
    gone?.close();
    calls.lose();
  }

  function askForEvents(): void {
    // Its answer needs no care: events come by themselves, and a loss is seen at the socket.
    void call('subscribe', { runs: [...runs], after: Math.max(0, cursor) }).catch(() => {});
  }

  function call<C extends CallName>(
    name: C,
    parameters: CallParameters<C>,
    timeoutMs?: number,
  ): Promise<CallResults[C]> {
    return status.is === 'online' ? calls.make(name, parameters, timeoutMs) : Promise.reject(offline());
  }

  async function carryOut(frame: { id: number; call: keyof PluginCalls; with: JsonObject }): Promise<void> {
    const mine = generation;
    const reply = (text: string) => void (mine === generation && wire?.send(text));
    try {
      const ok = await options.answer(frame.call, frame.with as unknown as PluginCalls['graph.call']['with']);
      const text = JSON.stringify({ id: frame.id, ok });
      // A UTF-16 unit is at most three bytes: only what could be too large is measured.
      const tooLarge = text.length * 3 > PROTOCOL_LIMITS.frameBytes && bytes(text) > PROTOCOL_LIMITS.frameBytes;
      if (!tooLarge) return reply(text);
      throw fail('invalid', 'connection.answer_too_large', 'The answer is larger than a frame may be. Ask for less.');
    } catch (error) {
      reply(JSON.stringify({ id: frame.id, failure: toFailure(error) }));
    }
  }

  return {
    get status() {
      return status;
    },
    connect,
    close() {
      letGo();
      become({ is: 'offline' });
    },
    call,
    subscribe(wanted) {
      runs = [...wanted];
      if (status.is === 'online') askForEvents();
    },
    on(heard) {
      listeners.add(heard);
      return () => listeners.delete(heard);
    },
  };
}

/** Which side to update, in one sentence. */
function mismatch(welcome: Welcome, version: string): string {
  const plugin = `the plugin (${version}) speaks protocol ${PROTOCOL_VERSION}`;
  const daemon = `the daemon (${welcome.version}) ${welcome.protocol}`;
  const theirs: number = welcome.protocol;
  const older = theirs < PROTOCOL_VERSION;
  return `Update ${older ? 'the daemon' : 'the plugin'}: ${plugin}, ${daemon}.`;
}

function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
