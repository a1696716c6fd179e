import type Database from 'better-sqlite3';
import type { Json, JsonObject } from '../../shared/json.ts';
import { isObject } from '../../shared/json.ts';
import { isEvidence } from '../../shared/incident/evidence-shape.ts';
import type { RunEvent } from '../../shared/run/event.ts';
import { fold } from '../../shared/run/fold/fold.ts';
import type { Definition } from '../../shared/workflow/definition.ts';
import type { BlockMemory } from '../graph/block-memory.ts';
import type { Graph } from '../graph/graph.ts';
import { verifyRun, type Verification } from '../journal/verify.ts';
import { evidenceProblems, recordedEvidence, type Recorded } from './evidence-check.ts';
import { checkPage } from './page-check.ts';

export interface IncidentVerification extends Verification {
  incident: string;
  /** How many findings are on record, and how many of them were asked for again. */
  evidence: number;
  asked: number;
  /** What could not be looked at, and why, and what stands as another version wrote it. */
  notes: string[];
  /** Of what it cannot be told whether somebody changed it. */
  unclear: string[];
}

export interface VerifyMeans {
  database: Database.Database;
  memory: BlockMemory;
  zone: string;
  definition(run: string): Definition;
  events(run: string): readonly RunEvent[];
  graph(id: string): Promise<Graph>;
  /** Asks a source again, as a step did; left out when nobody is to be asked. */
  lookAgain?(uses: string, settings: JsonObject): Promise<Json>;
}

/**
 * Looks at an incident anew: the chain and the signatures of its run, the digests of its evidence, the lines of its page as it
 * stands in the graph, and, where sources may be asked, whether they still answer the same.
 */
export async function verifyIncident(id: string, run: string, means: VerifyMeans): Promise<IncidentVerification> {
  const base = await verifyRun(means.database, run);
  const found: IncidentVerification = { ...base, incident: id, evidence: 0, asked: 0, notes: [], unclear: [] };
  if (base.prunedAt !== undefined) return found;
  let events: readonly RunEvent[];
  try {
    events = means.events(run);
  } catch {
    found.problems.push('the record cannot be read any more');
    return found;
  }
  const recorded = recordedEvidence(events);
  found.evidence = recorded.length;
  found.problems.push(...evidenceProblems(recorded));
  await lookAtPage(found, events, means);
  if (means.lookAgain) await askAgain(found, recorded, means.lookAgain);
  return found;
}

/** Why it cannot be told whether somebody changed something. */
const UNCLEAR =
  'drawn by another version, of which nothing was kept to compare it with; whether somebody changed it cannot be told';

function otherwise(count: number): string {
  const blocks =
    count === 1 ? '1 block of its page stands as it was' : `${count} blocks of its page stand as they were`;
  return `${blocks} written, by another version of Stagebook or in another time zone, and nobody has changed ${count === 1 ? 'it' : 'them'} since.`;
}

async function lookAtPage(found: IncidentVerification, events: readonly RunEvent[], means: VerifyMeans): Promise<void> {
  const graph = fold(events)?.graph;
  const written = means.database
    .prepare<[string, string], { graph: string; done: number }>(
      "select graph, done from outbox where run_id = ? and page = ? and part = ''",
    )
    .get(found.run, found.incident);
  if (graph === undefined || !written || written.done < 0) {
    found.notes.push('Its page was not written yet, so there is none to look at.');
    return;
  }
  // The page tells of what had happened when it was written last.
  const told = events.filter(({ pos }) => pos <= written.done);
  const state = fold(told);
  if (!state?.incident) return;
  const definition = means.definition(found.run);
  const source = { state, definition, events: told, data: null, zone: means.zone, siblings: {} };
  try {
    const verdict = await checkPage(await means.graph(written.graph), means.memory, found.incident, source);
    if (!verdict) {
      found.problems.push(`the page ${found.incident} is gone from the graph`);
      return;
    }
    found.problems.push(...verdict.problems.map((problem) => `on the page, ${problem}`));
    found.unclear.push(...verdict.unclear.map((what) => `on the page, ${what}: ${UNCLEAR}`));
    if (verdict.otherwise > 0) found.notes.push(otherwise(verdict.otherwise));
  } catch (error) {
    found.notes.push(`Its page could not be looked at: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function askAgain(
  found: IncidentVerification,
  recorded: readonly Recorded[],
  lookAgain: NonNullable<VerifyMeans['lookAgain']>,
): Promise<void> {
  for (const { line, evidence } of recorded) {
    if (!evidence.again || evidence.digest === '') continue;
    const what = `“${evidence.query}” of line ${line}`;
    try {
      const output = await lookAgain(evidence.again.uses, evidence.again.with);
      const again = isObject(output) && isEvidence(output.evidence) ? output.evidence : undefined;
      if (!again || again.digest === '') {
        found.notes.push(`${what} could not be asked again: ${evidence.source} gave no answer.`);
        continue;
      }
      found.asked += 1;
      if (again.digest !== evidence.digest) found.problems.push(`${evidence.source} answers ${what} otherwise now`);
    } catch (error) {
      found.notes.push(`${what} could not be asked again: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
