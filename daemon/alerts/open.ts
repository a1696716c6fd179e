import { fail } from '../../shared/failure.ts';
import type { Json } from '../../shared/json.ts';
import type { Definition } from '../../shared/workflow/definition.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { CalledPages, Engine } from '../engine/engine.ts';
import type { Graph } from '../graph/graph.ts';
import type { IncidentBooks } from '../journal/incidents.ts';
import type { Journal } from '../journal/journal.ts';
import type { Route } from '../server/http.ts';
import type { Notices } from '../notices/notices.ts';
import { createCaller } from './caller.ts';
import { createIntake } from './intake.ts';
import { createListeners } from './listeners.ts';
import { alertRoutes } from './routes.ts';
import { matchWebhook, type Problem } from './triggers.ts';

export interface AlertsMeans {
  engine: Engine;
  journal: Journal;
  books: IncidentBooks;
  clock: Clock;
  graph(folder: string): Promise<Graph>;
  /** Those that come with Stagebook. */
  shipped: readonly Definition[];
  called(definition: Definition, graph: Graph): Promise<CalledPages>;
  notices: Pick<Notices, 'trouble' | 'queue'>;
  readSecret(name: string): Promise<string>;
  redact<T>(value: T): T;
  onProblem: Problem;
}

const WITHIN_MS = 15 * 60_000;

/** The doors for alerts and webhooks, as configured: none when nothing is. The workflows are looked for before it resolves. */
export async function openAlerts(config: Config, means: AlertsMeans): Promise<Route[]> {
  const { alerts, webhooks } = config;
  if (!alerts && !webhooks) return [];
  const { engine, journal, books, clock, onProblem } = means;
  const graphs = config.graphs ?? [];
  const listeners = createListeners({
    engine,
    clock,
    graphs,
    open: (folder) => means.graph(folder),
    shipped: means.shipped,
    called: (definition, graph) => means.called(definition, graph),
    onProblem,
  });
  await listeners.refresh();
  /** What was trusted or written meanwhile is found soon after it is missed; then what was kept is asked for again. */
  const lookAnew = (): void => {
    const looking = listeners.refresh(true).then((isNew) => (isNew ? intake.reclaim() : undefined));
    looking.catch((error: unknown) => onProblem('triggers', error));
  };
  const graph = alerts?.graph ?? graphs[0];
  const intake = createIntake({
    journal,
    books,
    engine,
    clock,
    listeners,
    caller: createCaller({ notices: means.notices, journal, onProblem }),
    ...(graph === undefined ? {} : { graph }),
    correlate: { by: alerts?.correlate?.by ?? ['service'], withinMs: alerts?.correlate?.within ?? WITHIN_MS },
    redact: (value) => means.redact(value),
    onProblem,
  });
  await intake.reclaim();
  const start = async (name: string, body: Json, key: string | undefined): Promise<string | undefined> => {
    lookAnew();
    const all = listeners.current();
    const found = matchWebhook(all, name, means.redact(body), onProblem);
    const listening = found && all.find(({ hash }) => hash === found.listening.hash);
    if (!found || !listening) return undefined;
    const own = listening.graph ?? graph;
    if (JSON.stringify(found.inputs).length > 256 * 1024) {
      throw fail('invalid', 'webhook.inputs', 'The inputs that the trigger makes of it are too large.');
    }
    return engine.start({
      definition: listening.definition,
      inputs: found.inputs,
      by: { kind: 'system', name: `webhook ${name}` },
      trigger: true,
      ...(key === undefined ? {} : { idempotencyKey: `webhook:${name}:${key}` }),
      ...(listening.pages ? { pages: listening.pages } : {}),
      ...(own === undefined ? {} : { graph: own }),
      ...(listening.page === undefined ? {} : { page: listening.page }),
    });
  };
  return alertRoutes({
    alerts,
    webhooks,
    clock,
    readSecret: (name) => means.readSecret(name),
    async take(source, told, leftOut) {
      const taken = await intake.take(source, told, leftOut);
      lookAnew();
      return taken;
    },
    start,
  });
}
