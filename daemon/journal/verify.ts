import type Database from 'better-sqlite3';
import { fail } from '../../shared/failure.ts';
import type { Signature } from '../../shared/run/event.ts';
import { verifySignature } from '../../shared/signature.ts';
import { chainHash, Payloads, sha256, type EventRow } from './payload.ts';

/** What looking at a run's record anew gave. It holds when there are no problems. */
export interface Verification {
  run: string;
  events: number;
  /** The hash of the last link: who has noted it can tell later that nothing was changed. */
  hash: string;
  signatures: { seq: number; person: string; what: string; holds: boolean }[];
  problems: string[];
  /** The events are gone; this is the checkpoint that pruning left. Milliseconds since the epoch. */
  prunedAt?: number;
}

interface Checkpoint {
  events: number;
  hash: string;
  pruned_at: number;
}

/** Follows a run's hash chain and checks every signature in it. Reads only. Throws `run.not_found`. */
export async function verifyRun(database: Database.Database, run: string): Promise<Verification> {
  const rows = database.prepare<[string], EventRow>('select * from events where run_id = ? order by seq').all(run);
  const left = database
    .prepare<[string], Checkpoint>('select events, hash, pruned_at from checkpoints where run_id = ?')
    .get(run);
  if (rows.length === 0 && left) {
    return { run, events: left.events, hash: left.hash, signatures: [], problems: [], prunedAt: left.pruned_at };
  }
  if (rows.length === 0) throw fail('not-found', 'run.not_found', `There is no run ${run}. See stagebook list.`);
  const problems: string[] = [];
  const signatures: Verification['signatures'] = [];
  const payloads = new Payloads(database);
  const blob = database.prepare<[string], string>('select data from blobs where sha = ?').pluck();
  let hash = '';
  let seq = 0;
  for (const row of rows) {
    const line = `line ${row.seq} (${row.type}${row.node_key === '' ? '' : ` of ${row.node_key}`})`;
    if (row.seq !== seq + 1) problems.push(`before ${line} something is missing: the line before it is ${seq}`);
    else if (row.prev_hash !== hash) problems.push(`the line before ${line} was changed or put in another order`);
    seq = row.seq;
    hash = chainHash(row);
    const sha = row.payload.startsWith('@') ? row.payload.slice(1) : undefined;
    const kept = sha === undefined ? undefined : blob.get(sha);
    if (sha !== undefined && (kept === undefined || sha256(kept) !== sha)) {
      problems.push(`what ${line} says is ${kept === undefined ? 'gone' : 'changed'}`);
      continue;
    }
    const { signature } = payloads.read(row).payload as { signature?: Signature };
    // A covered start has none of its own: it stands under the one that was given for the same definition before.
    if (!signature || signature.nonce === '') continue;
    const holds = await verifySignature(signature);
    signatures.push({ seq: row.seq, person: signature.person, what: row.type, holds });
    if (!holds) problems.push(`the signature of ${signature.person} in ${line} does not hold`);
  }
  return { run, events: rows.length, hash, signatures, problems };
}
