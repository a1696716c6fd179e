import { SOCKET_PATH } from '../../shared/protocol/limits.ts';
import type { Wires } from './connection.ts';

/** The browser's own wires, to the daemon that served this page. */
export const browserWires: Wires = {
  open({ opened, message, closed }) {
    const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}${SOCKET_PATH}`);
    socket.addEventListener('open', opened);
    socket.addEventListener('message', ({ data }) => {
      if (typeof data === 'string') message(data);
    });
    socket.addEventListener('close', ({ code }) => closed(code));
    return { send: (text) => socket.send(text), close: () => socket.close() };
  },
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
  reach: () =>
    fetch(location.pathname, { method: 'HEAD', cache: 'no-store' }).then(
      () => true,
      () => false,
    ),
};
