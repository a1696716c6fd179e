import type Database from 'better-sqlite3';
import { readJson } from '../../shared/read-json.ts';
import { isObject } from '../../shared/json.ts';
import { pathOf, walk, type Definition } from '../../shared/workflow/definition.ts';
import { createDurations } from '../journal/durations.ts';

/** How the runs of one workflow went. Times in milliseconds. */
export interface WorkflowFigures {
  workflow: string;
  /** The last ones, the newest first; dry runs and those that go on are left out. */
  runs: { run: string; startedAt: number; tookMs: number; outcome: 'completed' | 'failed' | 'cancelled' }[];
  /** In document order; how long each completed execution took. */
  stages: { title: string; persona: string | undefined; tookMs: number[] }[];
  gates: { title: string; passed: number; rejected: number }[];
}

export interface FiguresMeans {
  database: Database.Database;
  definition(run: string): Definition;
}

/** Of each workflow so many runs count: enough for a spread, few enough to read at once. */
const MOST = 100;

interface Row {
  run: string;
  title: string;
  status: 'completed' | 'failed' | 'cancelled';
  startedAt: number;
  endedAt: number;
}

/** The figures of every workflow that ran since a time, in milliseconds since the epoch; those with the most runs first. */
export function figuresSince(since: number, { database, definition }: FiguresMeans): WorkflowFigures[] {
  const rows = database
    .prepare<[number], Row>(
      `select run_id as run, title, status, started_at as startedAt, ended_at as endedAt from runs
        where started_at >= ? and dry_run = 0 and ended_at is not null and status in ('completed', 'failed', 'cancelled')
        order by started_at desc`,
    )
    .all(since);
  const durations = createDurations(database);
  const gatesOf = database.prepare<[string], { node: string; payload: string }>(
    "select node_key as node, payload from events where run_id = ? and type = 'gate.closed'",
  );
  return [...Map.groupBy(rows, ({ title }) => title)]
    .map(([workflow, all]): WorkflowFigures => {
      const runs = all.slice(0, MOST);
      // Runs of an older version of the page may have had other stages: the newest says what is shown.
      const shown = partsOf(definition(runs[0]!.run));
      const took = new Map<string, number[]>();
      const gates = new Map<string, { passed: number; rejected: number }>();
      for (const { run } of runs) {
        const known = durations(run);
        for (const { path } of shown.stages) took.set(path, [...(took.get(path) ?? []), ...(known.get(path) ?? [])]);
        for (const { node, payload } of gatesOf.all(run)) {
          const path = pathOf(node);
          const gate = gates.get(path) ?? { passed: 0, rejected: 0 };
          gate[isPassed(payload) ? 'passed' : 'rejected'] += 1;
          gates.set(path, gate);
        }
      }
      return {
        workflow,
        runs: runs.map(({ run, startedAt, endedAt, status }) => ({
          run,
          startedAt,
          tookMs: endedAt - startedAt,
          outcome: status,
        })),
        stages: shown.stages.map(({ title, persona, path }) => ({ title, persona, tookMs: took.get(path) ?? [] })),
        gates: shown.gates.flatMap(({ title, path }) => {
          const closed = gates.get(path);
          return closed ? [{ title, ...closed }] : [];
        }),
      };
    })
    .toSorted((one, other) => other.runs.length - one.runs.length || (one.workflow < other.workflow ? -1 : 1));
}

function partsOf({ body }: Definition) {
  const nodes = walk(body);
  const named = (role: 'stage' | 'gate') =>
    nodes
      .filter(({ node }) => node.role === role)
      .map(({ node, path }) => ({
        path,
        title: node.title || node.id,
        persona: typeof node.settings.persona === 'string' ? node.settings.persona : undefined,
      }));
  return { stages: named('stage'), gates: named('gate') };
}

function isPassed(payload: string): boolean {
  const read = readJson(payload);
  return isObject(read) && read.passed === true;
}
