import { basename } from 'node:path';
import type Database from 'better-sqlite3';
import type { Sources } from '../telemetry-sources/sources.ts';
import type { Clock } from '../clock.ts';
import type { Engine } from '../engine/engine.ts';
import type { Graph } from '../graph/graph.ts';
import type { Stage } from '../scenarios/run.ts';
import type { Ports } from './check.ts';
import { sqliteBlockMemory } from '../journal/block-memory.ts';
import { sqliteClaims } from '../journal/claims.ts';
import { sqliteReviews } from '../journal/reviews.ts';
import { outsideOver } from './claims/outside.ts';
import { createExamine } from './examine.ts';
import { createExaminer } from './examiner.ts';
import { createProofs } from './proofs.ts';
import { createReview, type Review } from './service.ts';

interface Parts {
  database: Database.Database;
  clock: Clock;
  zone: string;
  engine: Pick<Engine, 'trusted' | 'propose'>;
  graph(id: string): Promise<Graph>;
  sources: Sources;
  panel(): string | undefined;
  /** What scenarios are played with. */
  stage: Omit<Stage, 'definition'>;
  /** What checks ask of others. */
  ports(): Ports;
  /** Folders of the configured repositories. */
  repositories?: readonly string[] | undefined;
}

/** The review, on the journal's database and whatever graphs there are. */
export function openReview({
  database,
  clock,
  zone,
  engine,
  graph,
  sources,
  panel,
  stage,
  ports,
  repositories,
}: Parts): Review {
  const examiner = createExaminer({ now: () => clock.now(), zone, ports });
  return createReview({
    repositories,
    store: sqliteReviews(database),
    memory: sqliteBlockMemory(database),
    clock,
    zone,
    graph,
    nameOf: (id) => basename(id) || id,
    fixOf: (from, finding) => examiner.fixOf(from, finding),
    about: (from, path) => examiner.about(from, path),
    changed: (from, pages) => examiner.changed(from, pages),
    panel,
    examine: createExamine({
      look: (from) => examiner.look(from),
      claims: {
        store: sqliteClaims(database),
        outside: outsideOver({ clock, fetch, sources }),
        trusted: (hash) => engine.trusted(hash),
        propose: (definition) => engine.propose(definition),
        now: () => clock.now(),
      },
      proofs: createProofs(() => stage),
      now: () => clock.now(),
    }),
  });
}
