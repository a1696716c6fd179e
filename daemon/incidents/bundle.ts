import type Database from 'better-sqlite3';
import { z } from 'zod';
import { fail, StagebookError } from '../../shared/failure.ts';
import { readJson } from '../../shared/read-json.ts';
import type { RunEvent } from '../../shared/run/event.ts';
import { fold } from '../../shared/run/fold/fold.ts';
import { timeline } from '../../shared/run/timeline.ts';
import { hashOf, readBody } from '../engine/definitions.ts';
import { checkChain } from '../journal/chain.ts';
import type { EventRow } from '../journal/payload.ts';
import { lineText } from '../page-parts/timeline-blocks.ts';
import type { PageSource } from '../pages/page.ts';
import { packageVersion } from '../version.ts';
import { evidenceProblems, recordedEvidence } from './evidence-check.ts';
import { checkExported, timelineSchema, type LinesVerdict, type Timeline } from './exported-lines.ts';
import type { ToldLine } from './line-check.ts';
import { linesOf } from './owed-lines.ts';

const text = z.string();
const row = z.strictObject({
  pos: z.int(),
  run_id: text,
  seq: z.int(),
  type: text,
  node_key: text,
  attempt: z.int(),
  epoch: z.int(),
  payload: text,
  at: z.number(),
  prev_hash: text,
});

const common = {
  stagebook: z.literal('bundle'),
  run: text,
  incident: text.optional(),
  title: text,
  /** IANA zone in which the lines write times. */
  zone: text,
  definition: z.strictObject({ hash: text, body: text }),
  /** The rows of the journal, exactly as they are: what the chain is of. */
  events: z.array(row),
  /** Payloads that are too long for a row, by their SHA-256. */
  blobs: z.record(text, text),
  /** The hash of the last link. */
  hash: text,
  /** The timeline as it is told: for people, and held against the events. */
  timeline: timelineSchema,
};

const bundleSchema = z.discriminatedUnion('version', [
  z.strictObject({ ...common, version: z.literal(1) }),
  z.strictObject({
    ...common,
    version: z.literal(2),
    /** The version of Stagebook that exported it, in whose words the timeline is told. */
    by: text,
  }),
]);

/** A run with everything that is needed to verify it anywhere, without a daemon. */
export type Bundle = z.infer<typeof bundleSchema>;

/** What looking at a bundle gave. It holds when there are no problems. */
export interface BundleVerdict extends LinesVerdict {
  run: string;
  incident?: string;
  title: string;
  events: number;
  hash: string;
  signatures: { seq: number; person: string; what: string; holds: boolean }[];
  evidence: number;
}

/** Makes a bundle of a run. Throws `run.not_found`. */
export async function bundleOf(
  database: Database.Database,
  run: string,
  zone: string,
): Promise<Extract<Bundle, { version: 2 }>> {
  const events = database.prepare<[string], EventRow>('select * from events where run_id = ? order by seq').all(run);
  if (events.length === 0) throw fail('not-found', 'run.not_found', `There is no run ${run}, or it was pruned.`);
  const blob = database.prepare<[string], string>('select data from blobs where sha = ?').pluck();
  const blobs: Record<string, string> = {};
  for (const { payload } of events) {
    const kept = payload.startsWith('@') ? blob.get(payload.slice(1)) : undefined;
    if (kept !== undefined) blobs[payload.slice(1)] = kept;
  }
  const hash = database.prepare<[string], string>('select def_hash from runs where run_id = ?').pluck().get(run)!;
  const body = database.prepare<[string], string>('select body from definitions where def_hash = ?').pluck().get(hash)!;
  const bare = { definition: { hash, body }, events, blobs, zone };
  const { source, title, incident } = read(bare);
  const { hash: last } = await checkChain(events, (sha) => blobs[sha]);
  return {
    stagebook: 'bundle',
    version: 2,
    run,
    ...(incident === undefined ? {} : { incident }),
    title,
    ...bare,
    hash: last,
    timeline: told(source),
    by: packageVersion(),
  };
}

/**
 * Looks at a bundle anew, with nothing but itself: the chain, the signatures, the digests of the evidence, the definition's
 * hash, and each line of the timeline against the events. Throws `bundle.invalid` for what is none.
 */
export async function verifyBundle(given: string): Promise<BundleVerdict> {
  const bundle = parse(given);
  const { events, blobs, definition, hash } = bundle;
  const chain = await checkChain(events, (sha) => (Object.hasOwn(blobs, sha) ? blobs[sha] : undefined));
  const problems = [...chain.problems];
  if (chain.problems.length === 0 && chain.hash !== hash) {
    problems.push(`the last line (${events.at(-1)?.seq ?? 0}) was changed, or lines after it are gone`);
  }
  let evidence = 0;
  let lines: LinesVerdict = { problems: [], unclear: [] };
  try {
    const { source, first } = read(bundle);
    if (hashOf(readBody(definition.body)) !== first)
      problems.push('the workflow in the bundle is not the one that ran');
    const recorded = recordedEvidence(source.events);
    evidence = recorded.length;
    problems.push(...evidenceProblems(recorded));
    lines = checkExported(told(source), bundle.timeline, bundle.version === 2 && bundle.by === packageVersion());
    problems.push(...lines.problems);
  } catch (error) {
    problems.push(`the record cannot be read any more: ${error instanceof Error ? error.message : String(error)}`);
  }
  const { run, incident, title } = bundle;
  return {
    run,
    ...(incident === undefined ? {} : { incident }),
    title,
    events: events.length,
    hash: chain.hash,
    signatures: chain.signatures,
    evidence,
    problems,
    unclear: lines.unclear,
  };
}

/** Whether a text is meant as a bundle. */
export function isBundle(given: string): boolean {
  return /^\s*\{\s*"stagebook":\s*"bundle"/.test(given);
}

function parse(given: string): Bundle {
  try {
    return bundleSchema.parse(readJson(given));
  } catch (error) {
    if (error instanceof StagebookError) throw error;
    throw fail('invalid', 'bundle.invalid', 'This is no bundle of Stagebook, or it is damaged. Export it again.', {
      cause: error,
    });
  }
}

function read({ definition, events: rows, blobs, zone }: Pick<Bundle, 'definition' | 'events' | 'blobs' | 'zone'>) {
  const events = rows.map((each) => eventOf(each, blobs));
  const state = fold(events)!;
  const source: PageSource = {
    state,
    definition: readBody(definition.body).definition,
    events,
    data: null,
    zone,
    siblings: {},
  };
  return { source, title: state.title, incident: state.incident?.id, first: state.definition };
}

function eventOf({ run_id: run, node_key: node, prev_hash: prev, payload, ...same }: EventRow, blobs: Bundle['blobs']) {
  const said = payload.startsWith('@') ? (blobs[payload.slice(1)] ?? 'null') : payload;
  return { ...same, run, node, prev, payload: readJson(said) } as unknown as RunEvent;
}

/** The lines of an incident as its page tells them; of any other run as its own page does. */
function told(source: PageSource): Timeline {
  if (source.state.incident) {
    const { shown, folded } = linesOf(source);
    return { shown: shown.map(withoutKey), folded: folded.map(withoutKey) };
  }
  const lines = timeline(source.events, source.definition).map((each) => ({
    shown: each.shown,
    told: { line: each.seq, content: lineText(each, source.zone) },
  }));
  return {
    shown: lines.filter(({ shown }) => shown).map(({ told: each }) => each),
    folded: lines.filter(({ shown }) => !shown).map(({ told: each }) => each),
  };
}

function withoutKey({ line: number, part: of, content }: ToldLine): Timeline['shown'][number] {
  return { line: number, ...(of && { part: of }), content };
}
