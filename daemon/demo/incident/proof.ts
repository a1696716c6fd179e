import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { look, type Proof } from '../proof.ts';
import type { IncidentWorld } from './world.ts';

const run = promisify(execFile);
const CLI = fileURLToPath(new URL('../../cli/stagebook.mjs', import.meta.url));

/** Looks up what the incident has come to, with the tools that anybody has. Never throws: what cannot be seen does not hold. */
export function proveIncident(world: IncidentWorld, fixed: boolean, incident: string): Promise<Proof[]> {
  const { shop, host } = world;
  return Promise.all([
    look(fixed ? 'main has the fix' : 'main has the change that did not help', async () => {
      const { stdout } = await run('git', ['--git-dir', shop.remote, 'log', '-1', '--format=%s', 'main']);
      if (!stdout.startsWith('fix:')) throw new Error(stdout.trim());
      return stdout.trim();
    }),
    look(fixed ? 'what main has is what runs' : 'the release before is what runs again', async () => {
      const { current } = (await (await fetch(`${host.url}/status`)).json()) as { current: string };
      const { stdout } = await run('git', ['--git-dir', shop.remote, 'rev-parse', 'main']);
      if (current !== (fixed ? stdout.trim() : shop.commit)) throw new Error(`${current} runs`);
      return current.slice(0, 7);
    }),
    look(fixed ? 'Prometheus sees no failing request' : 'Prometheus sees that requests still fail', async () => {
      const failing = await measure(world, FAILING, (share) => share > 0.001 !== fixed);
      return `${(failing * 100).toFixed(1)} % fail`;
    }),
    look(fixed ? 'the shop gives its connections back' : 'the shop forgets connections', async () => {
      const full = await measure(world, 'max(pool_in_use / pool_size)', (share) => share > 0.9 !== fixed);
      return `${Math.round(full * 100)} % of the pool is in use`;
    }),
    look('stagebook verify asks every source again and finds nothing changed', async () => {
      const env = { ...process.env, ...world.secrets, STAGEBOOK_HOME: world.home };
      const { stdout } = await run(process.execPath, [CLI, 'verify', incident], { env }).catch((error: unknown) => {
        const said = (error as { stdout?: string }).stdout?.split('\n').find((line) => line.includes('✗'));
        throw new Error(said ?? String(error));
      });
      const unasked = stdout.split('\n').filter((line) => line.includes('could not be asked'));
      if (unasked.length > 0) throw new Error(unasked[0]!.trim());
      return stdout.trim().split('\n').at(-1)!;
    }),
    look('Alertmanager', async () => {
      const alerts = async () =>
        ((await (await fetch(`${world.alertmanager.url}/api/v2/alerts?active=true`)).json()) as unknown[]).length;
      // Where Prometheus got no time for a moment an alert ends and fires again.
      const firing = await patiently(alerts, (count) => count > 0 !== fixed);
      return firing === 0 ? 'nothing fires' : 'it still fires';
    }),
  ]);
}

const FAILING = '(sum(rate(http_requests_total{code=~"5.."}[3s])) or vector(0)) / sum(rate(http_requests_total[3s]))';
const PATIENCE_MS = 30_000;

/** What Prometheus measures, once it is as it should be: a service that has just started has to show first what it does. */
function measure({ prometheus }: IncidentWorld, query: string, good: (value: number) => boolean): Promise<number> {
  return patiently(() => ask(prometheus.url, query), good);
}

/** What is read, once it is as it should be. Throws what it is when it never is. */
async function patiently(read: () => Promise<number | undefined>, good: (value: number) => boolean): Promise<number> {
  for (const until = Date.now() + PATIENCE_MS; ; await new Promise((resolve) => setTimeout(resolve, 250))) {
    const value = await read();
    if (value !== undefined && good(value)) return value;
    if (Date.now() > until) throw new Error(value === undefined ? 'nothing was measured' : `it is ${value}`);
  }
}

async function ask(url: string, query: string): Promise<number | undefined> {
  const answer = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(query)}`);
  const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } };
  const value = data.result[0]?.value[1];
  return value === undefined ? undefined : Number(value);
}
