import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../daemon/config.ts';
import { openDaemon, type Daemon } from '../daemon/open.ts';
import type { Bench, Figure } from './bench.ts';
import { quantile } from './statistics.ts';
import { postStorm, STORM_TOKEN, stormOf, trustIn } from './storm.ts';

const INCIDENTS = 60;
const STORM = { alerts: 10_000, groups: 200, seed: 11 };

/** From the moment when a source sends an alert to the page of its incident in a graph's folder; and a storm of alerts. */
export const incident: Bench = {
  name: 'incident',
  summary: 'an alert by HTTP until its incident’s page is a file in the graph; 10,000 alerts of 200 groups',
  run: async () => [...(await withDaemon(arrivals)), ...(await withDaemon(storm))],
};

async function withDaemon(measure: (daemon: Daemon, graph: string) => Promise<Figure[]>): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'stagebook-bench-'));
  const [home, graph] = [join(folder, 'home'), join(folder, 'graph')];
  try {
    await trustIn(home, graph);
    const environment = { ...process.env, STORM_TOKEN };
    const daemon = await openDaemon(readConfig(home), { environment, port: 0 });
    try {
      return await measure(daemon, graph);
    } finally {
      await daemon.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One after the other, each of another service, while those before wait for a person. */
async function arrivals(daemon: Daemon, graph: string): Promise<Figure[]> {
  const took: number[] = [];
  for (let n = 0; n < INCIDENTS; n += 1) {
    const labels = { alertname: 'HighErrorRate', service: `service-${n}`, severity: 'P1' };
    const alert = { status: 'firing', labels, startsAt: new Date().toISOString(), fingerprint: `f${n}` };
    const body = JSON.stringify({ version: '4', groupKey: `g${n}`, alerts: [alert] });
    const began = performance.now();
    const response = await fetch(`http://127.0.0.1:${daemon.server!.port}/alerts/am`, {
      method: 'POST',
      headers: { authorization: `Bearer ${STORM_TOKEN}` },
      body,
    });
    const { incidents } = (await response.json()) as { incidents: string[] };
    const page = join(graph, 'pages', `${incidents[0]}.md`);
    while (!existsSync(page)) await new Promise((resolve) => setTimeout(resolve, 1));
    took.push(performance.now() - began);
    // Quiet before the next: a page that is being written is a page that the next one waits for, and that is measured too.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return [
    {
      what: 'an alert until its incident’s page, p50 [incident.bench.page]',
      value: quantile(took, 0.5),
      unit: 'ms',
      target: { atMost: 150 },
    },
    {
      what: 'an alert until its incident’s page, p95 [incident.bench.page]',
      value: quantile(took, 0.95),
      unit: 'ms',
      target: { atMost: 500 },
    },
  ];
}

async function storm(daemon: Daemon): Promise<Figure[]> {
  const { bodies, services } = stormOf(STORM);
  let largest = 0;
  const watch = setInterval(() => (largest = Math.max(largest, process.memoryUsage().rss)), 100);
  const before = process.memoryUsage().rss;
  const began = performance.now();
  await postStorm(daemon.server!.port, bodies);
  const took = (performance.now() - began) / 1_000;
  clearInterval(watch);
  const found = daemon.incidents.list({ limit: 10_000 });
  const alerts = found.reduce((sum, each) => sum + each.alerts.firing + each.alerts.resolved, 0);
  return [
    {
      what: `${STORM.alerts} alerts and their repeats, ${bodies.length} messages [incident.bench.storm]`,
      value: took,
      unit: 's',
      target: { atMost: 60 },
    },
    {
      what: 'incidents that they give, of 200',
      value: found.length,
      unit: '',
      target: { atLeast: services.length },
    },
    { what: 'alerts on record', value: alerts, unit: '', target: { atLeast: Math.ceil((STORM.alerts * 3) / 4) } },
    { what: 'memory on top, at most', value: (largest - before) / 2 ** 20, unit: 'MB', target: { atMost: 256 } },
  ];
}
