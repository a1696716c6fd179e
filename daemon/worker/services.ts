import type { JsonObject } from '../../shared/json.ts';
import type { NodeKey } from '../../shared/workflow/definition.ts';
import type { RunInfo, Services } from '../actions/action.ts';
import type { Config } from '../config.ts';
import { readBody } from '../engine/definitions.ts';
import type { RunsHere } from '../engine/restate/runs-here.ts';
import type { HubLink } from '../hub/report.ts';
import type { createMeans } from '../means.ts';
import { pageKinds } from '../registered.ts';
import { workerDesk } from './incident-desk.ts';
import { workerNotices } from './notices.ts';
import { workerPages } from './pages.ts';

export interface WorkerServicesOptions {
  config: Config;
  /** The runs that work here. */
  here: RunsHere;
  means: ReturnType<typeof createMeans>;
  hub: HubLink;
  redact<T>(value: T): T;
  /** Raised when the worker ends. */
  signal: AbortSignal;
}

/** The means of one step of one run: what is this machine's is here; pages, messages and incidents are the hub's. */
export function workerServices(options: WorkerServicesOptions): (run: RunInfo, node: NodeKey) => Services {
  const { config, here, means, hub, redact, signal } = options;
  const desk = workerDesk({ journal: here, hub, redact, signal });
  const channels = new Set(Object.keys(config.notify ?? {}));
  return (run, node) => {
    const tell = (key: string, deed: JsonObject): Promise<void> => here.tell(run.id, { key, deed });
    const pagesMeans = {
      kinds: pageKinds,
      zone: config.zone,
      definition: () => readBody(here.definition(run.state().definition)!).definition,
      events: () => here.events(run.id),
      tell,
      hub,
      signal,
    };
    const pages = workerPages(pagesMeans, run, node);
    return {
      ...means.services(run, node, { of: () => pages }),
      notices: workerNotices(channels, tell),
      incidents: desk(run, node),
    };
  };
}
