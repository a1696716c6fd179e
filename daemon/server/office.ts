import type Database from 'better-sqlite3';
import { fail } from '../../shared/failure.ts';
import type { ServerFrame } from '../../shared/protocol/frames.ts';
import type { Catalogue, Effect } from '../../shared/workflow/role.ts';
import type { Action } from '../actions/action.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { isWorkflow, readBody, type Pinned } from '../engine/definitions.ts';
import type { CalledPages, Engine } from '../engine/engine.ts';
import type { Graphs } from '../graph/graphs.ts';
import type { EventFeed } from '../journal/feed.ts';
import type { Journal } from '../journal/journal.ts';
import type { McpServers } from '../mcp/servers.ts';
import type { Agents } from '../people/agents.ts';
import type { KnownPersonas } from '../personas/known.ts';
import type { NoticeService } from '../notices/notices.ts';
import type { People } from '../people/people.ts';
import type { Plugins } from '../people/plugins.ts';
import type { Rehearser } from '../rehearsal/rehearser.ts';
import type { Review } from '../review/service.ts';
import type { TerminalKeys } from '../people/terminal-key.ts';
import type { Attempts } from './attempts.ts';
import type { Proposals } from './proposals.ts';

/** What the daemon gives its server. */
export interface ServerMeans {
  config: Config;
  clock: Clock;
  engine: Engine;
  journal: Journal;
  database: Database.Database;
  people: People;
  plugins: Plugins;
  agents?: Agents;
  keys: TerminalKeys;
  actions: ReadonlyMap<string, Action>;
  personas: Pick<KnownPersonas, 'cards' | 'keep' | 'page'>;
  /** What a page is checked against, with the pages that it calls. */
  catalogue(pages: CalledPages): Catalogue;
  sandboxLevel(): Promise<{ level: string; why: string }>;
  /** When a workflow was rehearsed last, and what moved since. */
  rehearsed: Rehearser['standing'];
  review: Review;
  servers: Pick<McpServers, 'names' | 'pinned' | 'inspect'>;
  /** Values of secrets are taken out of what is kept. */
  redact<T>(value: T): T;
  graphs: Pick<Graphs, 'open' | 'list' | 'attach' | 'changed'>;
  notices: Pick<NoticeService, 'retry' | 'discard'>;
}

/** What calls are answered with. */
export interface Office extends ServerMeans {
  feed: EventFeed;
  proposals: Proposals;
  attempts: Attempts;
  version: string;
  /** The address of the panel. */
  panel: string;
  /** Tells those whom it concerns that something changed beyond events. */
  tell(what: Extract<ServerFrame, { changed: string }>['changed']): void;
  /** Ends every connection whose right is gone. */
  recheck(): void;
}

/** A definition as it was kept. Throws `definition.not_found`. */
export function pinnedOf(office: Pick<Office, 'journal'>, hash: string): Pinned {
  const body = keptBody(office, hash);
  // People trust tools and personas by a hash, too: these cannot run.
  if (isWorkflow(body)) return readBody(body);
  throw fail('invalid', 'definition.no_workflow', 'This is no workflow, so there is nothing to run.');
}

/** Whatever was kept under a hash to be trusted. Throws `definition.not_found`. */
export function keptBody({ journal }: Pick<Office, 'journal'>, hash: string): string {
  const body = journal.definition(hash);
  if (body !== undefined) return body;
  throw fail(
    'not-found',
    'definition.not_found',
    'This version of the page is not kept (any more). Look at the page again, so that it is read anew.',
  );
}

/** What a step's action does to the world with these settings; undefined for an unknown action. */
export function effectOf(
  { actions }: Pick<Office, 'actions'>,
  uses: string,
  settings: Parameters<Extract<Action['effect'], (...all: never[]) => Effect>>[0],
): Effect | undefined {
  const effect = actions.get(uses)?.effect;
  return typeof effect === 'function' ? effect(settings) : effect;
}
