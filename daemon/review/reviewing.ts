import type Database from 'better-sqlite3';
import type { Catalogue } from '../../shared/workflow/role.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Engine } from '../engine/engine.ts';
import type { Graph } from '../graph/graph.ts';
import type { Journal } from '../journal/journal.ts';
import type { McpServers } from '../mcp/servers.ts';
import { createRehearser, type Rehearser } from '../rehearsal/rehearser.ts';
import type { Stage } from '../scenarios/run.ts';
import type { Secrets } from '../secrets/secrets.ts';
import { localClient } from '../server/client.ts';
import type { Sources } from '../telemetry-sources/sources.ts';
import { shippedDefinitions } from '../workflows.ts';
import { keepReviewing } from './keep.ts';
import { openReview } from './open-review.ts';
import { askOutside } from './outside-world.ts';
import { openRepositories } from './repositories.ts';
import type { Review } from './service.ts';

interface Parts {
  database: Database.Database;
  journal: Journal;
  clock: Clock;
  engine: Engine;
  graph(id: string): Promise<Graph>;
  servers: McpServers;
  secrets: Secrets;
  /** What pages of workflows are checked against. */
  catalogue(): Catalogue;
  /** What scenarios are played and rehearsals held with. */
  stage: Omit<Stage, 'definition'>;
  sources: Sources;
  services: Parameters<typeof askOutside>[0]['services'];
  panel(): string | undefined;
}

export interface Reviewing {
  review: Review;
  rehearsals: Rehearser;
  /** Reviews and rehearses at the configured times. Resolves with the way to stop. */
  keep(onProblem: (title: string, error: unknown) => void): Promise<() => void>;
}

/** The review of a daemon's graphs and the rehearsals of their workflows, as the configuration has them. */
export function openReviewing(config: Pick<Config, 'graphs' | 'review' | 'zone'>, parts: Parts): Reviewing {
  const { database, journal, clock, engine, graph, servers, secrets, catalogue, stage, sources, services } = parts;
  const { zone, review: settings } = config;
  const rehearsals = createRehearser({
    engine: localClient(engine),
    journal,
    database,
    servers,
    secrets,
    clock,
    registered: stage,
  });
  const repositories = settings?.repositories && openRepositories(settings.repositories);
  // Pages choose the names, so nobody is asked unless somebody wants it.
  const outside = settings?.outside === true ? askOutside({ clock, services }) : {};
  const review = openReview({
    database,
    clock,
    zone,
    engine,
    graph,
    sources,
    panel: () => parts.panel(),
    stage,
    repositories: settings?.repositories,
    ports: () => ({
      catalogue: catalogue(),
      workflows: () => new Set(shippedDefinitions().values()),
      ...(repositories && { repositories }),
      ...outside,
      // One that is stale says nothing of the workflow as it is.
      rehearsed: (hash, definition, called) => {
        const standing = rehearsals.standing({ hash, definition, pages: called });
        return standing && standing.stale.length === 0 ? standing.at : null;
      },
    }),
  });
  return {
    review,
    rehearsals,
    keep: (onProblem) =>
      keepReviewing({
        settings,
        zone,
        clock,
        engine,
        journal,
        graphs: config.graphs ?? [],
        open: graph,
        review,
        rehearsals,
        onProblem,
      }),
  };
}
