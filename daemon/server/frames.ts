import type { Socket } from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import { readJson } from '../../shared/read-json.ts';

/** The longest line, in characters: room for the largest page as a definition. More is no message of ours. */
const LONGEST = 64 * 2 ** 20;
/** A peer that leaves more than this unread is let go of instead of being buffered for without bound, in bytes. */
const MOST_UNREAD = 64 * 2 ** 20;

/** One JSON value a line. */
export interface Frames {
  send(frame: unknown): void;
  /** Ends the connection; what was sent before still arrives. */
  end(): void;
}

export interface FrameHandlers {
  frame(value: unknown): void;
  /** The connection is over; called once. */
  closed(): void;
}

/** Speaks frames over a socket. A line that is no JSON, or has no end, closes the connection. */
export function framesOver(socket: Socket, handlers: FrameHandlers): Frames {
  const decoder = new StringDecoder('utf8');
  let parts: string[] = [];
  let length = 0;
  socket.on('data', (chunk: Buffer) => {
    const pieces = decoder.write(chunk).split('\n');
    for (const [index, piece] of pieces.entries()) {
      parts.push(piece);
      length += piece.length;
      if (length > LONGEST) return void socket.destroy();
      if (index === pieces.length - 1) return;
      const line = parts.join('');
      parts = [];
      length = 0;
      const value = parse(line);
      if (value === undefined) return void socket.destroy();
      handlers.frame(value);
    }
  });
  // A reset is an end like any other: what was pending learns of it by `closed`.
  socket.on('error', () => socket.destroy());
  socket.once('close', () => handlers.closed());
  return {
    send(frame) {
      if (socket.destroyed) return;
      socket.write(`${JSON.stringify(frame)}\n`);
      if (socket.writableLength > MOST_UNREAD) socket.destroy();
    },
    end: () => void socket.end(),
  };
}

function parse(line: string): unknown {
  try {
    return readJson(line);
  } catch {
    return undefined;
  }
}
