import type { Json } from '../../shared/json.ts';
import type { RunEvent } from '../../shared/run/event.ts';
import type { Pages } from '../actions/action.ts';
import type { Engine } from '../engine/engine.ts';
import type { Graph } from '../graph/graph.ts';
import type { Journal } from '../journal/journal.ts';
import type { ToolCalls } from '../personas/tool-calls.ts';
import type { PersonaShape } from '../../shared/workflow/role.ts';

/** What the gateway needs of the daemon. */
export interface GatewayMeans {
  engine: Pick<Engine, 'state' | 'definition' | 'events' | 'list' | 'requests' | 'answer'>;
  journal: Pick<Journal, 'append' | 'memory' | 'run'>;
  toolCalls: ToolCalls;
  personas(): ReadonlyMap<string, PersonaShape>;
  /** Calls with every commit. Returns the way to stop. */
  subscribe(listener: (events: readonly RunEvent[]) => void): () => void;
  pages(run: string): Pages;
  /** The graph that is searched and read where no run says one; undefined without any. */
  graph(id: string | undefined): Promise<Graph | undefined>;
  redact<T>(value: T): T;
  version: string;
}

/** Where a session is attached: to a run, and to one stage of it or to the one that is in force. */
export interface Attachment {
  run?: string | undefined;
  /** The id of a stage of the page. */
  stage?: string | undefined;
}

/** A structured value beside the same as text, as tools answer. */
export type Said = string | { [name: string]: Json };
