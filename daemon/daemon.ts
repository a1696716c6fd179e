import type Database from 'better-sqlite3';
import type { Json, JsonObject } from '../shared/json.ts';
import type { Config } from './config.ts';
import type { Policy } from './engine/options.ts';
import type { Engine } from './engine/engine.ts';
import type { OpenGateway } from './gateway/open.ts';
import type { Graph } from './graph/graph.ts';
import type { IncidentBooks } from './journal/incidents.ts';
import type { McpServers } from './mcp/servers.ts';
import type { SqliteJournal } from './journal/sqlite.ts';
import type { NoticeService } from './notices/notices.ts';
import type { PageService } from './graph/page-service.ts';
import type { Agents } from './people/agents.ts';
import type { People } from './people/people.ts';
import type { Plugins } from './people/plugins.ts';
import type { TerminalKeys } from './people/terminal-key.ts';
import type { KnownPersonas } from './personas/known.ts';
import type { ToolCalls } from './personas/tool-calls.ts';
import type { Redactor } from './secrets/redact.ts';
import type { Review } from './review/service.ts';
import type { Server } from './server/server.ts';
import type { Secrets } from './secrets/secrets.ts';

/** A Stagebook that works: everything open, in one process, on one data directory. */
export interface Daemon {
  config: Config;
  engine: Engine;
  journal: SqliteJournal;
  database: Database.Database;
  people: People;
  keys: TerminalKeys;
  plugins: Plugins;
  agents: Agents;
  pages: PageService;
  /** Messages on their way to people. */
  notices: NoticeService;
  /** Incidents and alerts, as they are on record. */
  incidents: IncidentBooks;
  /** The review of graphs. */
  review: Review;
  /** Does what a reading step does, outside of any run: asks a source again. Throws `action.not_a_read`. */
  lookAgain(uses: string, settings: JsonObject): Promise<Json>;
  /** The MCP servers of the configuration. */
  servers: McpServers;
  /** The personas there are, those that people trusted of their own pages among them. */
  personas: KnownPersonas;
  /** Tools for models and agents: offered, called and recorded as a persona in a stage. */
  toolCalls: ToolCalls;
  /** Stagebook as an MCP server for people's own agents. */
  gateway: OpenGateway;
  secrets: Secrets;
  redactor: Redactor;
  /** The graph in a folder, whose id is the folder, or one that Logseq has open, by the best way there is now. */
  graph(id: string): Promise<Graph>;
  /** Starts trusted workflows of the configured graphs at their times, until the daemon closes. */
  keepTimes(onProblem: (title: string, error: unknown) => void): Promise<void>;
  sandboxLevel(): Promise<{ level: string; why: string }>;
  /** Where plugins and panels connect; undefined when no port was asked for. */
  server?: Server;
  /** Lets go of everything in the reverse order; every run stays resumable. */
  close(): Promise<void>;
}

export interface OpenOptions {
  policy?: Partial<Policy>;
  environment?: Readonly<Record<string, string | undefined>>;
  /** Only looks: nothing is claimed, no run goes on, nobody can connect. Another process may have the directory meanwhile. */
  passive?: boolean;
  /** Also serves plugins and panels, on this port of 127.0.0.1; 0 takes a free one. */
  port?: number;
  /** Told of what stands in the way and needs a person, as an HTTP server of Logseq that lets everybody in. */
  onProblem?(problem: string): void;
  /** A run was let go because the journal failed. */
  onInterrupted?(run: string, error: unknown): void;
}
