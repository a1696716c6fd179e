import { hashJson } from '../../shared/canonical-json.ts';
import { isEvidence, type Evidence } from '../../shared/incident/evidence-shape.ts';
import type { Json } from '../../shared/json.ts';
import type { RunEvent } from '../../shared/run/event.ts';

/** A finding on record, with the answer that it stands on where that was kept. */
export interface Recorded {
  /** The number of the line that tells of it. */
  line: number;
  evidence: Evidence;
  result?: Json;
}

/** Everything that steps of a run found out by looking, in order. */
export function recordedEvidence(events: readonly RunEvent[]): Recorded[] {
  return events.flatMap((event) =>
    event.type === 'node.completed' ? [...within(event.payload.output, event.seq)] : [],
  );
}

/** Findings whose answer is not the one that their digest is of: the answer or the finding was changed. */
export function evidenceProblems(recorded: readonly Recorded[]): string[] {
  return recorded.flatMap(({ line, evidence, result }) => {
    if (result === undefined || evidence.digest === '' || hashJson(result) === evidence.digest) return [];
    return [
      `the evidence behind line ${line} was changed: “${evidence.query}” gave another answer than the one on record`,
    ];
  });
}

function* within(value: Json, line: number): Generator<Recorded> {
  const open: Json[] = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    if (!Array.isArray(next) && isEvidence(next.evidence)) {
      yield { line, evidence: next.evidence, ...(next.result === undefined ? {} : { result: next.result }) };
    }
    for (const inner of Object.values(next)) if (inner !== undefined) open.push(inner);
  }
}
