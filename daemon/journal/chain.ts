import { readJson } from '../../shared/read-json.ts';
import type { Signature } from '../../shared/run/event.ts';
import { reasonedDigest, verifySignature } from '../../shared/signature.ts';
import { chainHash, sha256, type EventRow } from './payload.ts';

/** What following a run's chain gave. It holds when there are no problems. */
export interface ChainVerdict {
  /** The hash of the last link. */
  hash: string;
  signatures: { seq: number; person: string; what: string; holds: boolean }[];
  problems: string[];
}

/**
 * Follows the hash chain of a run's rows, in order, and checks every signature in it. Needs nothing but the rows and the
 * payloads that stand apart: anybody can do it, offline.
 */
export async function checkChain(
  rows: readonly Omit<EventRow, 'pos'>[],
  blob: (sha: string) => string | undefined,
): Promise<ChainVerdict> {
  const problems: string[] = [];
  const signatures: ChainVerdict['signatures'] = [];
  let hash = '';
  let seq = 0;
  for (const row of rows) {
    const line = `line ${row.seq} (${row.type}${row.node_key === '' ? '' : ` of ${row.node_key}`})`;
    if (row.seq !== seq + 1) problems.push(`before ${line} something is missing: the line before it is ${seq}`);
    else if (row.prev_hash !== hash) problems.push(`the line before ${line} was changed or put in another order`);
    seq = row.seq;
    hash = chainHash(row);
    const sha = row.payload.startsWith('@') ? row.payload.slice(1) : undefined;
    const kept = sha === undefined ? row.payload : blob(sha);
    if (sha !== undefined && (kept === undefined || sha256(kept) !== sha)) {
      problems.push(`what ${line} says is ${kept === undefined ? 'gone' : 'changed'}`);
      continue;
    }
    const { signature, ...said } = parsed(kept!) as { signature?: Signature; reason?: string; shown?: string };
    // A covered start has none of its own: it stands under the one that was given for the same definition before.
    if (!signature || signature.nonce === '') continue;
    const reasoned = row.type !== 'gate.refused' && row.type !== 'node.skipped' ? true : isSigned(said, signature);
    const holds = (await verifySignature(signature)) && reasoned;
    signatures.push({ seq: row.seq, person: signature.person, what: row.type, holds });
    if (!reasoned) problems.push(`the reason in ${line} is not what ${signature.person} has signed`);
    else if (!holds) problems.push(`the signature of ${signature.person} in ${line} does not hold`);
  }
  return { hash, signatures, problems };
}

/** Whether a reason is part of what was signed. */
function isSigned({ reason, shown }: { reason?: string; shown?: string }, { digest }: Signature): boolean {
  if (reason === undefined) return true;
  return shown !== undefined && reasonedDigest(shown, reason) === digest;
}

/** A payload that is no JSON any more says nothing; the chain has told of it. */
function parsed(text: string): object {
  try {
    const value = readJson(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
