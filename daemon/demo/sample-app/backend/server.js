import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { answer } from './api/http.js';
import { createBoard } from './api/notices.js';

const TYPES = { html: 'text/html', css: 'text/css', js: 'text/javascript' };
// Without a file the board is only in memory, as tests want it.
const file = process.env.DATA;
const board = createBoard(
  file && {
    load: () => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []),
    save: (notices) => writeFileSync(file, JSON.stringify(notices)),
  },
);

const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost');
  if (pathname.startsWith('/api/')) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const { status, body } = answer(board, request.method, pathname, Buffer.concat(chunks).toString());
    response.writeHead(status, { 'content-type': 'application/json' });
    return response.end(JSON.stringify(body));
  }
  const name = pathname === '/' ? 'index.html' : pathname.slice(1);
  if (!/^[a-z-]+\.(?:html|css|js)$/.test(name)) return response.writeHead(404).end();
  try {
    const text = await readFile(new URL(`page/${name}`, import.meta.url));
    response.writeHead(200, { 'content-type': `${TYPES[name.split('.').at(-1)]}; charset=utf-8` });
    response.end(text);
  } catch {
    response.writeHead(404).end();
  }
});
server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
