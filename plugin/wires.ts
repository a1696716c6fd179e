import type { Wires } from './connection.ts';

/** Runs something later; what it gives calls it off. */
export function after(milliseconds: number, run: () => void): () => void {
  const timer = setTimeout(run, milliseconds);
  return () => clearTimeout(timer);
}

const channel = new MessageChannel();
const waiting: (() => void)[] = [];
channel.port1.addEventListener('message', () => waiting.shift()?.());
channel.port1.start();

/** Runs something as a task of its own: frames that show nothing get timers late, but these at once. */
export function soon(run: () => void): void {
  waiting.push(run);
  channel.port2.postMessage(undefined);
}

/** A connection's outside as the browser has it. */
export const browserWires: Wires = {
  open(url, heard) {
    const socket = new WebSocket(url);
    socket.addEventListener('open', () => heard.opened());
    socket.addEventListener('message', ({ data }) => void (typeof data === 'string' && heard.message(data)));
    // An error is always followed by a close.
    socket.addEventListener('close', ({ code }) => heard.closed(code));
    return {
      send: (text) => void (socket.readyState === WebSocket.OPEN && socket.send(text)),
      close: () => socket.close(),
    };
  },
  after,
  random: Math.random,
};
