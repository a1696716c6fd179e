import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../../shared/json.ts';
import { startGithub, type Github } from '../counterparts/github.ts';
import { startLoki, type Loki } from '../counterparts/loki.ts';
import { startAlertmanager, startPrometheus, type Started } from '../counterparts/prometheus.ts';
import { startTraceStore, type TraceStore } from '../counterparts/trace-store.ts';
import { freePort } from '../../free-port.ts';
import { findWorkflow } from '../../workflows.ts';
import { startHost, type Host } from './host.ts';
import { startLoad, type Load } from './load.ts';
import { makeShop, type Shop } from './shop.ts';

/** Everything the incident demo works with, on this machine alone. */
export interface IncidentWorld {
  root: string;
  /** The data directory of the demo's daemon, and the port that it is to have. */
  home: string;
  port: number;
  graph: string;
  /** The name of the workflow's page in the graph, with the shop's own settings. */
  page: string;
  shop: Shop;
  host: Host;
  load: Load;
  github: Github;
  loki: Loki;
  traces: TraceStore;
  prometheus: Started;
  alertmanager: Started;
  secrets: Record<string, string>;
  stop(): Promise<void>;
}

export interface WorldOptions {
  /** Whether the code is tried in the sandbox before it goes out; yes by default. */
  validate?: boolean;
}

/** Over a longer time than the page looks at: a service that has just come back is not well yet. */
const RULE = {
  alert: 'ShopFails',
  expr: '(sum by (service) (rate(http_requests_total{code=~"5.."}[5s])) / sum by (service) (rate(http_requests_total[5s]))) > 0.05',
  for: '2s',
  labels: { severity: 'P1' },
  annotations: { summary: 'More than 5 % of the requests to the shop fail.' },
};
const REQUESTS_A_SECOND = 40;

/** Makes the folder, the shop and starts everything. `stop` ends what was started; the folder stays. */
export async function makeIncidentWorld({ validate = true }: WorldOptions = {}): Promise<IncidentWorld> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'stagebook-demo-')));
  const home = join(root, 'stagebook');
  const graph = join(root, 'graph');
  for (const folder of [home, graph]) mkdirSync(folder);
  const started: { stop(): Promise<void> }[] = [];
  const later = async <T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
    const one = await starting;
    started.push(one);
    return one;
  };
  const stop = async (): Promise<void> => {
    for (const one of started.splice(0).toReversed()) await one.stop();
  };
  try {
    const shop = await makeShop(root);
    const github = await later(
      startGithub({
        repo: 'shop',
        bareRepository: shop.remote,
        ci: { command: [process.execPath, '--test'] },
        reviewer: 'lin',
      }),
    );
    const loki = await later(startLoki());
    const traces = await later(startTraceStore());
    const env = { LOKI_URL: loki.url, OTLP_URL: traces.url };
    const host = await later(startHost({ ...shop, folder: join(root, 'releases'), env }));
    const load = startLoad(host.service, REQUESTS_A_SECOND);
    started.push(load);
    const token = crypto.randomUUID();
    // The webhook's address has to be known before the daemon runs.
    const port = await freePort();
    const webhook = { url: `http://127.0.0.1:${port}/alerts/alertmanager`, token };
    const alertmanager = await later(startAlertmanager({ webhook, groupWait: '200ms' }));
    const prometheus = await later(
      startPrometheus({
        targets: { shop: [host.service] },
        groups: [{ name: 'shop', rules: [RULE] }],
        alertmanager: alertmanager.url,
        interval: '500ms',
      }),
    );
    writeFileSync(
      join(home, 'config.yaml'),
      JSON.stringify(
        {
          graphs: [graph],
          github: { url: github.url },
          sandbox: { 'allow-unisolated': true },
          sources: {
            prometheus: { url: prometheus.url },
            alertmanager: { url: alertmanager.url },
            loki: { url: loki.url },
            traces: { url: traces.url, speaks: 'tempo' },
          },
          alerts: { sources: { alertmanager: { kind: 'alertmanager', token: 'ALERTMANAGER_TOKEN' } } },
        },
        null,
        2,
      ),
    );
    const page = 'Incident response for the shop';
    await putPage(join(graph, 'pages'), page, settings(shop, host, github, validate));
    const secrets = { GITHUB_TOKEN: github.token, ALERTMANAGER_TOKEN: token };
    return {
      root,
      home,
      port,
      graph,
      page,
      shop,
      host,
      load,
      github,
      loki,
      traces,
      prometheus,
      alertmanager,
      secrets,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What a team would write into its own copy of the page: where the code is, how it is deployed, how patient it is. */
function settings(shop: Shop, host: Host, github: Github, validate: boolean): JsonObject {
  const deploy = (verb: string): string[] => [process.execPath, 'deploy.js', host.url, verb];
  return {
    repository: `${github.owner}/${github.repo}`,
    directory: shop.directory,
    saturation: 'max(pool_in_use{service="shop"} / pool_size{service="shop"})',
    saturation_name: 'the pool of connections',
    readable: [shop.directory],
    ...(validate ? { validate: ['node', join(shop.directory, 'trial.js')] } : {}),
    rules_folder: 'alerts',
    deploy: 'command',
    deploy_command: deploy('deploy'),
    deploy_verify: deploy('verify'),
    rollback_command: deploy('rollback'),
    rollback_verify: deploy('rolled-back'),
    // A rate of three seconds needs as long to forget what was: the watch is longer than that, also where it helps nothing.
    window: '3s',
    look_back: '6s',
    baseline: '5s',
    check_every: '500ms',
    watch_every: '500ms',
    watch_in_a_row: 5,
    watch_times: 16,
  };
}

/** The shipped page with other defaults: the same nodes in the same order. */
async function putPage(folder: string, name: string, defaults: JsonObject): Promise<void> {
  const { text } = await findWorkflow('incident-response');
  let own = text.replace('workflow}} Incident response\n', `workflow}} ${name}\n`);
  for (const [input, value] of Object.entries(defaults)) {
    const written = new RegExp(`(\\b${input}: \\{[^{}]*?default: )("[^"]*"|\\[[^\\]]*\\]|[^,}\\]]+)`);
    if (!written.test(own)) throw new Error(`The workflow has no input ${input} with a default.`);
    own = own.replace(written, (_all, before: string) => before + JSON.stringify(value));
  }
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${name}.md`), own);
}
