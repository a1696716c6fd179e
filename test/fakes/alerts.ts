import { openAlerts, type AlertsMeans } from '../../daemon/alerts/open.ts';
import type { AlertsConfig, WebhooksConfig } from '../../daemon/alerts/sources.ts';
import { openFolder } from '../../daemon/graph/folder.ts';
import { sqliteIncidents, type IncidentBooks } from '../../daemon/journal/incidents.ts';
import { listenHttp } from '../../daemon/server/http.ts';
import type { Json, JsonObject } from '../../shared/json.ts';
import { parseWorkflowText } from '../../shared/workflow/parse.ts';
import type { TestEngine } from './engine.ts';
import type { Signer } from './signer.ts';

export const TOKEN = 'a-token-of-this-test';

/** A workflow that wants alerts and one webhook, remembers what it was given, and waits for a person. */
export const RESPOND = `- {{renderer :stagebook, workflow}} Respond
  \`\`\`yaml
  inputs: { incident: { default: "" }, service: { default: "" }, summary: { default: "" }, level: { default: "" } }
  triggers:
    - alert: '!("ignore" in alert.labels)'
      inputs: { incident: "\${{ alert.incident }}", service: "\${{ alert.service }}", summary: "\${{ alert.summary }}", level: "\${{ alert.level }}" }
    - webhook: deploys
      inputs: { summary: "\${{ alert.body.what }}" }
  \`\`\`
- {{renderer :stagebook, stage}} Detect
  \`\`\`yaml
  persona: tester
  \`\`\`
	- {{renderer :stagebook, step}} Look
	  \`\`\`yaml
	  uses: act.read
	  with: { name: look }
	  \`\`\`
	- {{renderer :stagebook, ask}} What now
	  \`\`\`yaml
	  question: What now?
	  \`\`\`
`;

/** The real doors for alerts on the engine of a test, over a real socket. */
export interface AlertDoors {
  port: number;
  books: IncidentBooks;
  problems: string[];
  post(path: string, body: Json | string | Buffer, headers?: Record<string, string>): Promise<Answered>;
  close(): Promise<void>;
}

export interface Answered {
  status: number;
  body: JsonObject;
}

interface Given {
  alerts?: AlertsConfig;
  webhooks?: WebhooksConfig;
  graph?: string;
  /** Trusts the workflow of the graph's page; nobody does without. */
  signer?: Signer;
  page?: string;
  notices?: AlertsMeans['notices'];
}

/** Nobody is configured to be told of anything. */
const NO_WAY: AlertsMeans['notices'] = {
  trouble: (channel) => `${channel} is not configured.`,
  queue: () => Promise.resolve({ already: false }),
};

export async function openDoors(test: TestEngine, given: Given = {}): Promise<AlertDoors> {
  const { engine, journal, database, clock } = test;
  const page = given.page ?? RESPOND;
  const { definition } = parseWorkflowText(page);
  if (given.signer) {
    const hash = await engine.propose(definition!);
    await engine.trust(hash, given.signer.sign(engine.challenge({ kind: 'trust', definition: hash })));
  }
  const problems: string[] = [];
  const books = sqliteIncidents(database);
  const alerts = given.alerts ?? { sources: { am: { kind: 'alertmanager', token: 'AM' } } };
  const routes = await openAlerts(
    {
      home: '',
      zone: 'UTC',
      alerts,
      ...(given.webhooks ? { webhooks: given.webhooks } : {}),
      ...(given.graph === undefined ? {} : { graphs: [given.graph] }),
    },
    {
      engine,
      journal,
      books,
      clock,
      graph: (folder) => openFolder(folder),
      shipped: given.graph === undefined ? [definition!] : [],
      called: () => Promise.resolve({}),
      notices: given.notices ?? NO_WAY,
      readSecret: () => Promise.resolve(TOKEN),
      redact: (value) => value,
      onProblem: (title, error) =>
        void problems.push(`${title}: ${error instanceof Error ? error.message : String(error)}`),
    },
  );
  const http = await listenHttp(0);
  http.open({ door: { port: http.port, origins: [] }, routes, upgrade: () => undefined });
  return {
    port: http.port,
    books,
    problems,
    async post(path, body, headers = { authorization: `Bearer ${TOKEN}` }) {
      const response = await fetch(`http://127.0.0.1:${http.port}${path}`, {
        method: 'POST',
        headers,
        body: typeof body === 'string' || Buffer.isBuffer(body) ? (body as string) : JSON.stringify(body),
      });
      const text = await response.text();
      return { status: response.status, body: text.startsWith('{') ? (JSON.parse(text) as JsonObject) : {} };
    },
    close: () => http.close(),
  };
}

/** One alert as Alertmanager tells it. */
export function amAlert(more: {
  name?: string;
  service?: string;
  severity?: string;
  status?: 'firing' | 'resolved';
  started?: number;
  ended?: number;
  fingerprint?: string;
  summary?: string;
  labels?: JsonObject;
}): JsonObject {
  const { name = 'HighErrorRate', service = 'api', severity = 'P1', status = 'firing', started = 0 } = more;
  return {
    status,
    labels: { alertname: name, service, severity, ...more.labels },
    annotations: { summary: more.summary ?? 'error ratio 20%' },
    startsAt: new Date(started).toISOString(),
    endsAt: more.ended === undefined ? '0001-01-01T00:00:00Z' : new Date(more.ended).toISOString(),
    generatorURL: 'http://prometheus:9090/graph',
    fingerprint: more.fingerprint ?? `${name}-${service}`,
  };
}

/** A message of Alertmanager's webhook, version 4. */
export function amBody(key: string, alerts: JsonObject[]): JsonObject {
  const firing = alerts.some(({ status }) => status === 'firing');
  return {
    version: '4',
    receiver: 'stagebook',
    status: firing ? 'firing' : 'resolved',
    groupKey: key,
    groupLabels: {},
    commonLabels: {},
    commonAnnotations: {},
    externalURL: 'http://alertmanager:9093',
    truncatedAlerts: 0,
    alerts,
  };
}
