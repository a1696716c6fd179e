import { createHash } from 'node:crypto';
import { fail } from '../../shared/failure.ts';
import type { Json, JsonObject } from '../../shared/json.ts';
import type { Pages, RunInfo } from '../actions/action.ts';
import type { NodeKey } from '../../shared/workflow/definition.ts';
import type { Definition } from '../../shared/workflow/definition.ts';
import type { RunEvent } from '../../shared/run/event.ts';
import type { HubLink } from '../hub/report.ts';
import type { PageKind } from '../pages/page.ts';

export interface WorkerPagesOptions {
  kinds: readonly PageKind[];
  zone: string;
  definition(): Definition;
  events(): readonly RunEvent[];
  /** Puts a wish on the run's own record: the hub carries it out, once for each key. */
  tell(key: string, deed: JsonObject): Promise<void>;
  hub: Pick<HubLink, 'ask'>;
  /** Raised when the worker ends. */
  signal: AbortSignal;
}

/**
 * Pages for a step that runs away from the graph. What it writes is written by the hub; nothing waits for that. What it reads
 * is read there, after everything that the run wrote before, and a hub that is down is waited for.
 */
export function workerPages(options: WorkerPagesOptions, run: RunInfo, node: NodeKey): Pages {
  const { kinds, tell, hub, signal } = options;
  const requireGraph = (): void => {
    if (run.state().graph !== undefined) return;
    throw fail('invalid', 'page.no_graph', 'This run has no graph to write pages into. Start it with --graph.');
  };
  return {
    async write(kind, data) {
      requireGraph();
      const page = kinds.find((each) => each.kind === kind);
      if (!page) throw fail('invalid', 'page.unknown_kind', `There is no kind of page “${kind}”.`);
      const said = withoutNulls(data);
      const state = run.state();
      const source = {
        state,
        definition: options.definition(),
        events: options.events(),
        data: said,
        zone: options.zone,
        siblings: {},
        incidents: () => (state.incident ? [state.incident] : []),
      };
      // What cannot be shown is the step's failure, not the hub's.
      page.render(source);
      await tell(`page ${node} ${kind} ${digest(data)}`, { do: 'page.write', kind, data });
      return { page: page.name(source) };
    },
    async append(page, content, key) {
      requireGraph();
      await tell(`append ${key} ${digest(content)}`, { do: 'page.append', page, content, part: key });
      return { page };
    },
    async read(page) {
      if (run.state().graph === undefined) return null;
      return (await hub.ask(run.id, run.state().seq, { ask: 'page.read', page }, signal)) as Found;
    },
    async section(page, key) {
      if (run.state().graph === undefined) return null;
      return (await hub.ask(run.id, run.state().seq, { ask: 'page.section', page, key }, signal)) as Found;
    },
  };
}

type Found = { page: string; text: string } | null;

function withoutNulls(data: Json): Json {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return data;
  return Object.fromEntries(Object.entries(data).filter(([, value]) => value !== null));
}

function digest(data: Json): string {
  return createHash('sha256').update(JSON.stringify(data)).digest('hex').slice(0, 24);
}
