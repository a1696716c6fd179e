import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKept } from './kept-process.ts';

/** A program of its own, real. */
export interface Started {
  /** Without a slash at the end. */
  url: string;
  stop(): Promise<void>;
}

export interface PrometheusOptions {
  /** `host:port` of what it scrapes, by job. */
  targets: Readonly<Record<string, readonly string[]>>;
  /** What it shows to whom it scrapes, as a bearer's token. */
  token?: string;
  /** Groups of rules, as in a file of rules. */
  groups?: readonly unknown[];
  /** Base address of its Alertmanager. */
  alertmanager?: string;
  /** Between two scrapes, and between two evaluations; 1s by default. */
  interval?: string;
  /** Where the program is; on the PATH by default. */
  program?: string;
}

/** Starts a real Prometheus on a free port, with a store of its own that goes with it. */
export async function startPrometheus(options: PrometheusOptions): Promise<Started> {
  const { targets, token, groups = [], alertmanager, interval = '1s', program = 'prometheus' } = options;
  return inFolder('stagebook-prometheus-', async (folder) => {
    await writeFile(join(folder, 'rules.yml'), JSON.stringify({ groups }));
    const config = {
      global: { scrape_interval: interval, evaluation_interval: interval },
      rule_files: [join(folder, 'rules.yml')],
      scrape_configs: Object.entries(targets).map(([job, addresses]) => ({
        job_name: job,
        ...(token === undefined ? {} : { authorization: { credentials: token } }),
        static_configs: [{ targets: addresses }],
      })),
      ...(alertmanager === undefined
        ? {}
        : { alerting: { alertmanagers: [{ static_configs: [{ targets: [new URL(alertmanager).host] }] }] } }),
    };
    await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(config));
    return startKept(
      [
        program,
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        '--web.listen-address=127.0.0.1:0',
        // Alerts go out with the evaluation that finds them, and are said again every few seconds.
        '--rules.alert.resend-delay=5s',
        '--log.level=info',
      ],
      // Both, in whichever order it says them.
      { ready: /^(?=[\s\S]*Server is ready)[\s\S]*msg="Listening on" address=(\S+)/, cwd: folder },
    );
  });
}

export interface AlertmanagerOptions {
  /** Where it sends groups of alerts. */
  webhook: { url: string; token: string };
  /** Labels by which alerts become one group. */
  groupBy?: readonly string[];
  /** How long a new group waits for more alerts, and how often a changed one is told; 1s by default. */
  groupWait?: string;
  groupInterval?: string;
  program?: string;
}

/** Starts a real Alertmanager on a free port, alone (it looks for no peers). */
export async function startAlertmanager(options: AlertmanagerOptions): Promise<Started> {
  const { webhook, groupBy = ['alertname', 'service'], groupWait = '1s', groupInterval = '1s' } = options;
  return inFolder('stagebook-alertmanager-', async (folder) => {
    const config = {
      route: { receiver: 'stagebook', group_by: groupBy, group_wait: groupWait, group_interval: groupInterval },
      receivers: [
        {
          name: 'stagebook',
          webhook_configs: [
            {
              url: webhook.url,
              send_resolved: true,
              http_config: { authorization: { type: 'Bearer', credentials: webhook.token } },
            },
          ],
        },
      ],
    };
    await writeFile(join(folder, 'alertmanager.yml'), JSON.stringify(config));
    return startKept(
      [
        options.program ?? 'prometheus-alertmanager',
        `--config.file=${join(folder, 'alertmanager.yml')}`,
        `--storage.path=${join(folder, 'data')}`,
        '--web.listen-address=127.0.0.1:0',
        '--cluster.listen-address=',
      ],
      { ready: /msg="Listening on" address=(\S+)/, cwd: folder },
    );
  });
}

async function inFolder(
  prefix: string,
  start: (folder: string) => Promise<{ ready: string; stop(): Promise<void> }>,
): Promise<Started> {
  const folder = await mkdtemp(join(tmpdir(), prefix));
  const away = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 3 });
  try {
    const { ready, stop } = await start(folder);
    return {
      url: `http://${ready}`,
      stop: async () => {
        await stop();
        await away();
      },
    };
  } catch (error) {
    await away();
    throw error;
  }
}
