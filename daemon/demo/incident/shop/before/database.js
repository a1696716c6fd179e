// The shop's database: a server for one line a question. It knows the orders from 0 to 999.
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

const server = createServer((socket) => {
  socket.on('error', () => socket.destroy());
  createInterface({ input: socket }).on('line', (line) => {
    const number = Number(line);
    setTimeout(() => socket.write(number < 1000 ? `${JSON.stringify({ number, total: number * 3 })}\n` : '-\n'), 5);
  });
});
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
