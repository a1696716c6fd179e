import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/** One connection to the database: one question at a time, in order. */
export function openConnection(port) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', reject);
    socket.once('connect', () => {
      const asked = [];
      createInterface({ input: socket }).on('line', (line) =>
        asked.shift()(line === '-' ? undefined : JSON.parse(line)),
      );
      resolve({
        query: (number) =>
          new Promise((answer) => {
            asked.push(answer);
            socket.write(`${number}\n`);
          }),
      });
    });
  });
}
