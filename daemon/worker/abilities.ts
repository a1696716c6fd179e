import { join } from 'node:path';
import type Database from 'better-sqlite3';
import type { Action } from '../actions/action.ts';
import { agentRun } from '../actions/agent-run.ts';
import { mcpCall } from '../actions/mcp-call.ts';
import { agentsOf } from '../agent/wire.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { RunWorkerOptions } from '../engine/restate/run-worker.ts';
import type { RunsHere } from '../engine/restate/runs-here.ts';
import { sqlitePersonas } from '../journal/personas.ts';
import type { SqliteJournal } from '../journal/sqlite.ts';
import { openServers } from '../mcp/open-servers.ts';
import { toolPort } from '../mcp/tool-port.ts';
import { budgetLimit } from '../personas/budget-limit.ts';
import { knownPersonas } from '../personas/known.ts';
import { loadPersonaPages } from '../personas/load.ts';
import { openToolCalls } from '../personas/open-tool-calls.ts';
import { registries } from '../registered.ts';
import type { Redactor } from '../secrets/redact.ts';
import type { Secrets } from '../secrets/secrets.ts';
import { SHIPPED } from '../workflows.ts';

/** What a worker's steps can do: with the tools, models, personas and budgets of its own machine. */
export interface Abilities extends Pick<RunWorkerOptions, 'primitives' | 'actions' | 'personas' | 'overBudget'> {
  /** Ends the servers of tools. */
  close(): Promise<void>;
}

export interface AbilitiesMeans {
  config: Config;
  clock: Clock;
  database: Database.Database;
  /** The journal of this machine: which servers and personas people trusted. */
  own: SqliteJournal;
  /** The runs that work here. */
  here: RunsHere;
  secrets: Secrets;
  redactor: Redactor;
}

/** Nothing is started or loaded before a step needs it. */
export function abilitiesOf(means: AbilitiesMeans): Abilities {
  const { config, clock, database, own, here, secrets, redactor } = means;
  const servers = openServers(config, clock, database, own, secrets);
  const { primitives, actions: registered } = registries();
  const toolCalls = openToolCalls(here, () => here, {
    personas: () => personas.shapes(),
    servers,
    redact: (value) => redactor.redact(value),
  });
  const models = agentsOf(config.models ?? {}, { journal: here, secrets, redactor, toolCalls, actions: () => actions });
  const actions: ReadonlyMap<string, Action> = new Map(registered)
    .set('mcp.call', mcpCall(toolPort(servers)))
    .set('agent.run', agentRun(models));
  const shipped = loadPersonaPages(join(SHIPPED, 'personas'));
  const personas = knownPersonas(shipped, sqlitePersonas(database, own), actions);
  return {
    primitives,
    actions,
    personas: () => personas.shapes(),
    overBudget: budgetLimit(servers, clock),
    close: () => servers.close(),
  };
}
