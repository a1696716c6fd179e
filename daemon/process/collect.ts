import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import type { ProcessOptions } from '../actions/action.ts';
import { createLineReader, createTail } from './output.ts';

const KEPT_BYTES = 1024 * 1024;
/** How long the output may be silent after the program ended before what it left behind in its group is ended too. */
const QUIET = { rounds: 5, roundMs: 50 };

export interface Collected {
  close: Promise<void>;
  closed(): boolean;
  /** Bytes so far. */
  received(): number;
  finish(): string;
}

/** Reads one stream of a process: lines as they come, and the end of it. Nothing is read after `finish`. */
export function collect(stream: Readable | null, which: 'stdout' | 'stderr', request: ProcessOptions): Collected {
  const tail = createTail(request.keepBytes ?? KEPT_BYTES);
  const { onLine } = request;
  const lines = onLine && createLineReader((line) => onLine(line, which));
  let received = 0;
  let closed = stream === null;
  const close = Promise.withResolvers<void>();
  stream?.on('data', (bytes: Buffer) => {
    received += bytes.length;
    tail.push(bytes);
    lines?.push(bytes);
  });
  stream?.once('error', () => undefined); // It is closed after that.
  stream?.once('close', () => {
    closed = true;
    close.resolve();
  });
  return {
    close: close.promise,
    closed: () => closed,
    received: () => received,
    finish() {
      stream?.removeAllListeners('data').destroy();
      lines?.end();
      return tail.text();
    },
  };
}

/**
 * Waits until all output has arrived. False when something still holds a stream and has been silent for a while.
 * In rounds, so that a busy daemon reads what has come before it takes silence for the end.
 */
export async function drained(streams: readonly Collected[]): Promise<boolean> {
  let seen = -1;
  for (let quiet = 0; quiet < QUIET.rounds; quiet++) {
    if (streams.every((stream) => stream.closed())) return true;
    const received = streams.reduce((sum, stream) => sum + stream.received(), 0);
    if (received !== seen) quiet = 0;
    seen = received;
    await Promise.race([wait(QUIET.roundMs), Promise.all(streams.map((stream) => stream.close))]);
  }
  return streams.every((stream) => stream.closed());
}
