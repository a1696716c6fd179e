import type { RawData, WebSocket } from 'ws';
import { fail, toFailure, type Failure } from '../../shared/failure.ts';
import type { Json, JsonObject } from '../../shared/json.ts';
import { CALLS, type CallName } from '../../shared/protocol/calls.ts';
import {
  clientFrame,
  type OutputLine,
  type PluginCalls,
  type ServerFrame,
  type Welcome,
} from '../../shared/protocol/frames.ts';
import { PROTOCOL_LIMITS, PROTOCOL_VERSION, REFUSALS } from '../../shared/protocol/limits.ts';
import { readJson } from '../../shared/read-json.ts';
import type { RunEvent } from '../../shared/run/event.ts';
import type { Clock } from '../clock.ts';
import type { EventFeed } from '../journal/feed.ts';
import { Allowance } from './allowance.ts';
import { CallsOut, gone } from './calls-out.ts';
import type { Doorkeeper, Greeted } from './doorkeeper.ts';
import { Line, STALLED_MS } from './line.ts';
import type { Peer } from './peer.ts';
import { Pump } from './pump.ts';
import { Refused } from './refused.ts';

const { frameBytes, helloMs, callsPerSecond, burst, openCalls } = PROTOCOL_LIMITS;
/** A large call counts as several: one for each of this many bytes. */
const CALL_BYTES = 32 * 1024;
/** How long the other end may take to read why it was refused, in milliseconds. */
const LINGER_MS = 2_000;

/** Does a call: checks right and parameters, then gives its result or throws. */
export type Answer = (call: CallName, parameters: JsonObject, peer: Peer, connection: Connection) => Promise<Json>;

export interface ConnectionOptions {
  clock: Clock;
  doorkeeper: Doorkeeper;
  feed: EventFeed;
  answer: Answer;
  /** What every welcome says. */
  welcome(): Pick<Welcome, 'version' | 'pos' | 'panel'>;
  origin: string | undefined;
}

/** One WebSocket, from hello to its end. It asks nothing of the other end but what the protocol says, and ends it for anything else. */
export class Connection {
  readonly #socket: WebSocket;
  readonly #options: ConnectionOptions;
  readonly #pump: Pump;
  readonly #allowance: Allowance;
  readonly #line: Line;
  readonly #calls: CallsOut;
  /** The calls of the other end that are not answered yet. */
  readonly #open = new Set<number>();
  readonly #ended = new AbortController();
  readonly #gone = Promise.withResolvers<void>();
  #proving: Extract<Greeted, { prove: string }> | undefined;
  #peer: Peer | undefined;
  #over = false;
  #cancelHello: () => void;

  constructor(socket: WebSocket, options: ConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    const { clock, feed } = options;
    this.#allowance = new Allowance(clock, callsPerSecond, burst);
    this.#line = new Line(socket, {
      clock,
      onReady: () => this.#pump.drained(),
      onSlow: () => this.#tooSlow(),
    });
    this.#calls = new CallsOut(clock, (text) => this.#line.send(text));
    this.#pump = new Pump({
      feed,
      send: (text) => this.#line.send(text),
      isReady: () => this.#line.isReady,
      onFault: () => this.#fault(),
    });
    this.#cancelHello = clock.at(clock.now() + helloMs, () =>
      this.refuse('silent', 'A connection begins with a hello, within five seconds.'),
    );
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    socket.on('ping', (data) => this.#pong(data));
    // What the library refuses by itself (a frame far too large, no UTF-8) it closes by itself, with a code of its own.
    socket.on('error', () => this.#end());
    socket.on('close', () => {
      this.#end();
      this.#gone.resolve();
    });
  }

  get origin(): string | undefined {
    return this.#options.origin;
  }

  /** Who is there; undefined before the welcome and after the end. */
  get peer(): Peer | undefined {
    return this.#over ? undefined : this.#peer;
  }

  /** Raised when the connection is over. */
  get closed(): AbortSignal {
    return this.#ended.signal;
  }

  /** Resolves when its socket is closed. */
  get gone(): Promise<void> {
    return this.#gone.promise;
  }

  /** Cuts the line. */
  terminate(): void {
    this.#socket.terminate();
  }

  send(frame: ServerFrame): void {
    this.#line.send(JSON.stringify(frame));
  }

  /** Subscribes it to events; the position to which there are some now. */
  subscribe(runs: 'all' | readonly string[], after: number): number {
    return this.#pump.subscribe(runs, after);
  }

  /** Never throws: it is called from the journal's commit. */
  committed(events: readonly RunEvent[]): void {
    if (!this.#peer || this.#over) return;
    try {
      this.#pump.committed(events);
    } catch {
      this.#fault();
    }
  }

  /** Output may be dropped, and is when the other end reads slowly. */
  output(line: OutputLine): void {
    if (!this.#peer || this.#over || !this.#pump.wants(line.run) || !this.#line.isReady) return;
    this.send({ output: line.text.length > 10_000 ? { ...line, text: `${line.text.slice(0, 10_000)}…` } : line });
  }

  /** Calls the other end. Rejects when it fails, is silent for too long, or goes. */
  ask<C extends keyof PluginCalls>(call: C, parameters: PluginCalls[C]['with']): Promise<PluginCalls[C]['result']> {
    if (this.#over || !this.#peer) return Promise.reject(gone());
    return this.#calls.ask(call, parameters);
  }

  /** Ends it when its right is gone. */
  recheck(): void {
    if (!this.#peer || this.#options.doorkeeper.holds(this.#peer)) return;
    const { code, message } = revoked();
    this.refuse(code, message);
  }

  /** Says why, and ends the connection. */
  refuse(code: keyof typeof REFUSALS, message: string): void {
    if (this.#over) return;
    const frame: ServerFrame = { refused: { code, message } };
    this.#end();
    this.#socket.send(JSON.stringify(frame), () => undefined);
    this.#socket.close(REFUSALS[code], code);
    const { clock } = this.#options;
    const cancel = clock.at(clock.now() + (code === 'slow' ? STALLED_MS : LINGER_MS), () => this.#socket.terminate());
    this.#socket.once('close', cancel);
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.#over) return;
    try {
      const bytes = data as Buffer;
      if (isBinary) throw new Refused('frame', 'A frame is text.');
      if (bytes.length > frameBytes) throw new Refused('size', `A frame has at most ${frameBytes} bytes.`);
      const frame = parse(bytes);
      if (this.#peer) this.#take(frame, bytes.length);
      else this.#welcome(this.#proving ? this.#proving.proven(frame) : this.#greet(frame));
    } catch (error) {
      if (error instanceof Refused) return this.refuse(error.code, error.message);
      // Nested too deep for the schema, or a fault of ours: neither is worth a crash.
      this.refuse('frame', 'The frame cannot be read.');
    }
  }

  #pong(data: Buffer): void {
    if (this.#over) return;
    if (!this.#allowance.take(1)) return this.refuse('rate', 'Too many pings.');
    this.#line.pong(data);
  }

  #greet(frame: unknown): Greeted {
    return this.#options.doorkeeper.greet(frame, this.#options.origin);
  }

  #welcome(greeted: Greeted): void {
    if ('prove' in greeted) {
      this.#proving = greeted;
      return this.send({ prove: { nonce: greeted.prove } });
    }
    this.#cancelHello();
    this.#proving = undefined;
    this.#peer = greeted.peer;
    this.send({ welcome: { protocol: PROTOCOL_VERSION, ...this.#options.welcome(), ...greeted.welcome } });
  }

  #take(frame: unknown, bytes: number): void {
    const parsed = clientFrame.safeParse(frame);
    if (!parsed.success) throw new Refused('frame', 'The frame is none that this protocol knows.');
    if (!('call' in parsed.data)) return this.#calls.answered(parsed.data);
    if (!this.#allowance.take(1 + Math.floor(bytes / CALL_BYTES))) {
      throw new Refused('rate', `At most ${callsPerSecond} calls a second, on average.`);
    }
    const peer = this.#peer!;
    if (!this.#options.doorkeeper.holds(peer)) throw revoked();
    const { id, call, with: parameters = {} } = parsed.data;
    if (this.#open.has(id)) throw new Refused('frame', `The call ${id} is not answered yet: count on.`);
    if (this.#open.size >= openCalls) throw new Refused('rate', `At most ${openCalls} calls at a time.`);
    this.#open.add(id);
    void this.#answer(id, call, parameters, peer);
  }

  async #answer(id: number, call: string, parameters: JsonObject, peer: Peer): Promise<void> {
    let text: string;
    try {
      const ok = await this.#options.answer(known(call), parameters, peer, this);
      text = JSON.stringify({ id, ok });
      if (Buffer.byteLength(text) > frameBytes) {
        throw fail('invalid', 'call.size', 'What was asked for is too large to be sent at once. Ask for less.');
      }
    } catch (error) {
      text = JSON.stringify({ id, failure: bounded(toFailure(error)) });
    }
    this.#open.delete(id);
    this.#line.send(text);
  }

  /** Events could not be read or sent: as with a slow reader, nothing is lost that a new connection does not get. */
  #fault(): void {
    this.refuse('slow', 'Events could not be sent. Come back and go on after the last position that you have.');
  }

  #tooSlow(): void {
    this.refuse('slow', 'You read too slowly. Come back and go on after the last position that you have.');
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#cancelHello();
    this.#pump.stop();
    this.#line.end();
    this.#ended.abort();
    this.#calls.end();
  }
}

function parse(bytes: Buffer): unknown {
  try {
    return readJson(bytes.toString());
  } catch {
    throw new Refused('frame', 'A frame is one JSON value.');
  }
}

function known(call: string): CallName {
  if (Object.hasOwn(CALLS, call)) return call as CallName;
  throw fail('invalid', 'call.unknown', `The daemon knows no call “${call}”. Is one of the two of another version?`);
}

/** A failure that surely fits a frame. */
function bounded(failure: Failure): Failure {
  if (JSON.stringify(failure).length < frameBytes / 8) return failure;
  const { code, message, retryable } = failure;
  return { code, message: message.slice(0, 10_000), retryable };
}

function revoked(): Refused {
  return new Refused('token', 'This device or plugin was revoked. Pair it anew: stagebook pair');
}
