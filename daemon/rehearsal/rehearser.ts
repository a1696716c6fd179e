import type Database from 'better-sqlite3';
import type { JsonObject } from '../../shared/json.ts';
import type { Actor } from '../../shared/run/event.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { Definition } from '../../shared/workflow/definition.ts';
import type { Clock } from '../clock.ts';
import { readBody } from '../engine/definitions.ts';
import { calledRuns } from '../journal/called-runs.ts';
import type { Journal } from '../journal/journal.ts';
import { sqliteRehearsals } from '../journal/rehearsals.ts';
import type { McpServers } from '../mcp/servers.ts';
import type { Stage } from '../scenarios/run.ts';
import type { Secrets } from '../secrets/secrets.ts';
import { reviewDefinition } from '../trust.ts';
import type { EngineClient } from '../server/client.ts';
import type { Ground } from './basis.ts';
import { knownAnswers, type PastRun } from './known-answers.ts';
import { rehearse, rehearsed } from './rehearse.ts';
import type { Rehearsal, Rehearsed } from './rehearsal.ts';

/** What rehearsals are held with. */
export interface RehearserParts {
  engine: Pick<EngineClient, 'trusted' | 'start' | 'state' | 'settled' | 'cancel' | 'list'>;
  journal: Pick<Journal, 'definition' | 'events'>;
  database: Database.Database;
  servers: Pick<McpServers, 'pinned' | 'inspect'>;
  secrets: Pick<Secrets, 'has'>;
  clock: Clock;
  registered: Omit<Stage, 'definition'>;
}

/** A workflow to rehearse. */
export interface Piece {
  /** Of the definition, as it was proposed. */
  hash: string;
  definition: Definition;
  /** The pages that it calls and that are no shipped ones. */
  pages: Readonly<Record<string, Definition>>;
  /** Its file, beside which scenarios may stand. */
  file?: string;
  /** With all inputs its reads are tried, too. */
  inputs?: JsonObject | undefined;
  onPlay?(): void;
}

export interface Rehearser {
  /** Rehearses, and keeps that it did. Without any effect but that. */
  hold(piece: Piece): Promise<Rehearsal>;
  /** How a workflow stands; undefined when it was never rehearsed. */
  standing(piece: Pick<Piece, 'hash' | 'definition' | 'pages'>): Rehearsed | undefined;
}

/** How far back a past run is looked for. */
const REACH = 200;

export function createRehearser(parts: RehearserParts): Rehearser {
  const { engine, journal, database, servers, secrets, clock, registered } = parts;
  const store = sqliteRehearsals(database);
  const ground: Ground = {
    actions: registered.actions,
    get personas() {
      return registered.personas;
    },
    manifest: (server) => servers.pinned(server),
  };
  return {
    async hold({ hash, definition, pages, file = '', inputs, onPlay }) {
      const past = await pastRun(parts, definition);
      const rehearsal = await rehearse({
        hash,
        stage: { ...registered, definition, page: (name) => pages[name] ?? registered.page(name) },
        called: Object.values(readBody(journal.definition(hash)!).pages),
        secrets: reviewDefinition(database, hash, registered.actions).secrets,
        start: knownAnswers(file, definition, () => past),
        inputs,
        trusted: await engine.trusted(hash),
        ground,
        means: {
          hasSecret: (name) => secrets.has(name),
          servers,
          dryRun: (given) => dryRun(engine, definition, pages, given),
        },
        now: clock.now(),
        ...(onPlay ? { onPlay } : {}),
      });
      store.keep(rehearsal);
      return rehearsal;
    },
    standing: ({ hash, definition, pages }) => rehearsed(hash, [definition, ...Object.values(pages)], store, ground),
  };
}

const BY: Actor = { kind: 'system', name: 'rehearsal' };

/** What a dry run does for real is reading. It waits for nobody; one that waits all the same is ended. */
async function dryRun(
  engine: RehearserParts['engine'],
  definition: Definition,
  pages: Readonly<Record<string, Definition>>,
  inputs: JsonObject,
): Promise<RunState> {
  const run = await engine.start({ definition, pages, inputs, by: BY, dryRun: true });
  const state = await engine.settled(run);
  if (state.endedAt === undefined) await engine.cancel(run, BY, 'a rehearsal waits for nobody').catch(() => undefined);
  return state;
}

async function pastRun(
  { engine, journal, database }: RehearserParts,
  definition: Definition,
): Promise<PastRun | undefined> {
  const runs = await engine.list({ status: ['completed'], limit: REACH });
  const found = runs.find(({ title, dryRun: dry }) => !dry && title === definition.header.title);
  if (!found) return undefined;
  const events = [found.run, ...calledRuns(database, found.run)].flatMap((run) => journal.events(run));
  const body = journal.definition(found.definition);
  if (body === undefined) return undefined;
  const pinned = readBody(body);
  return {
    state: await engine.state(found.run),
    events: events.toSorted((one, other) => one.pos - other.pos),
    pages: { '': pinned.definition, ...pinned.pages },
  };
}
