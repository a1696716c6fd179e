import type Database from 'better-sqlite3';
import type { Clock } from '../clock.ts';
import type { Engine } from '../engine/engine.ts';
import type { Secrets } from '../secrets/secrets.ts';
import type { Route } from '../server/http.ts';
import { createWitness, type Ended } from './ended.ts';
import { metricsRoute } from './metrics-route.ts';
import { createStanding } from './standing.ts';

/** What of itself the daemon shows, as configured. Secrets by their names. */
export interface ObserveConfig {
  /** Serves `/metrics` to whoever has this token. */
  metrics?: { token: string } | undefined;
  /** Sends spans as OTLP over HTTP; `token` goes along as a bearer's. */
  traces?: { url: string; token?: string | undefined } | undefined;
}

export interface ObserveMeans {
  engine: Pick<Engine, 'subscribe' | 'state' | 'definition' | 'events'>;
  database: Database.Database;
  clock: Clock;
  secrets: Pick<Secrets, 'read'>;
  version: string;
}

export interface Observation {
  routes: Route[];
  /** Sends what has not been sent. */
  close(): Promise<void>;
}

const NOTHING: Observation = { routes: [], close: () => Promise.resolve() };

/**
 * Watches an engine from now on, and tells as metrics and spans what it sees, where that is configured. What a run does never
 * waits for it, and never fails by it. Loads no library when nothing is configured. Throws `secret.missing`.
 */
export async function observe(config: ObserveConfig, means: ObserveMeans): Promise<Observation> {
  if (!config.metrics && !config.traces) return NOTHING;
  const { engine, clock, secrets, version } = means;
  const [{ openMetrics }, { openTraces }] = await Promise.all([import('./metrics.ts'), import('./traces.ts')]);
  const witness = createWitness(engine);
  const metrics = config.metrics && openMetrics({ witness, standing: createStanding(means.database), clock, version });
  const traces =
    config.traces &&
    openTraces({
      url: config.traces.url,
      version,
      ...(config.traces.token === undefined ? {} : { token: await secrets.read(config.traces.token) }),
    });
  const token = config.metrics && (await secrets.read(config.metrics.token));
  const stop = engine.subscribe({
    events(events) {
      for (const event of events) {
        const ended: Ended | undefined = witness.see(event);
        metrics?.count(event, ended);
        if (ended) traces?.write(ended);
        if (ended?.role === 'run') witness.forget(event.run);
      }
    },
  });
  return {
    routes: metrics && token !== undefined ? [metricsRoute(token, () => metrics.text())] : [],
    async close() {
      stop();
      await Promise.all([metrics?.close(), traces?.close()]);
    },
  };
}
