import type { WebSocket } from 'ws';
import { PROTOCOL_LIMITS } from '../../shared/protocol/limits.ts';
import type { Clock } from '../clock.ts';

/** With more than this unsent, events and output wait. */
const ENOUGH_BYTES = 256 * 1024;
/** A reader that takes nothing for this long is too slow, in milliseconds. */
export const STALLED_MS = 5_000;

export interface LineOptions {
  clock: Clock;
  /** The other end has read enough of what was sent to be sent more. */
  onReady(): void;
  /** The other end does not read, or leaves more unread than is kept for it. */
  onSlow(): void;
}

/** The way out to the other end of one connection: knows how fast that reads, and buffers nothing without bound. */
export class Line {
  readonly #socket: WebSocket;
  readonly #options: LineOptions;
  #over = false;
  /** Frames given to the socket, and those that it has passed on. */
  #sent = 0;
  #passed = 0;
  #takeBack: (() => void) | undefined;

  constructor(socket: WebSocket, options: LineOptions) {
    this.#socket = socket;
    this.#options = options;
  }

  /** Whether the other end has read enough to be sent what can wait. */
  get isReady(): boolean {
    return this.#socket.bufferedAmount < ENOUGH_BYTES;
  }

  /** Sends a frame's text. Nothing after `end`. */
  send(text: string): void {
    if (this.#over) return;
    this.#sent += 1;
    this.#socket.send(text, () => {
      this.#passed += 1;
      if (!this.#over && this.isReady) this.#options.onReady();
    });
    if (!this.#isOverfull()) this.#watch();
  }

  /** Answers a ping. */
  pong(data: Buffer): void {
    this.#socket.pong(data, false, () => undefined);
    this.#isOverfull();
  }

  /** Sends nothing any more. */
  end(): void {
    this.#over = true;
    this.#takeBack?.();
  }

  #isOverfull(): boolean {
    const isOverfull = this.#socket.bufferedAmount > PROTOCOL_LIMITS.unreadBytes;
    if (isOverfull) this.#options.onSlow();
    return isOverfull;
  }

  /** While something is unsent, looks whether it moves. */
  #watch(): void {
    if (this.#takeBack || this.#over || this.#passed === this.#sent) return;
    const { clock, onSlow } = this.#options;
    const before = this.#passed;
    this.#takeBack = clock.at(clock.now() + STALLED_MS, () => {
      this.#takeBack = undefined;
      if (this.#passed === before) onSlow();
      else this.#watch();
    });
  }
}
