import { createServer } from 'node:http';
import { openConnection } from './connection.js';
import { findOrder, NoSuchOrder } from './orders.js';
import { Pool } from './pool.js';
import { Metrics, Reporter } from './telemetry.js';

const { PORT = '0', DATABASE_PORT, LOKI_URL: loki, OTLP_URL: otlp } = process.env;
const connections = await Promise.all(Array.from({ length: 5 }, () => openConnection(Number(DATABASE_PORT))));
const pool = new Pool(connections);
const metrics = new Metrics();
const reporter = new Reporter({ loki, otlp });

async function serve(request, response) {
  if (request.url === '/metrics') return response.end(metrics.text(pool));
  const number = Number(/^\/orders\/(\d+)$/.exec(request.url)?.[1]);
  const began = performance.now();
  let status = 200;
  let body = {};
  try {
    body = await reporter.span('GET /orders', (trace) => findOrder(pool, number, trace));
  } catch (error) {
    status = error instanceof NoSuchOrder ? 404 : 503;
    body = { error: error.message };
    if (status === 503) reporter.log('error', `order ${number}: ${error.message}`);
  }
  metrics.saw(status, (performance.now() - began) / 1000);
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

const server = createServer((request, response) => void serve(request, response));
server.listen(Number(PORT), '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
