import { hashJson } from '../../shared/canonical-json.ts';
import type { Json } from '../../shared/json.ts';
import type { PersonaShape } from '../../shared/workflow/role.ts';
import type { Journal, Transaction } from '../journal/journal.ts';
import { bodyOf, readBody, type Pinned } from './definitions.ts';

// A definition is kept once under its hash, with the personas of that time, and the hash is not over those: they are trusted by
// hashes of their own. A run that begins later may be pinned to other ones; then it has them to itself.

type Personas = Pinned['personas'];

/** A shape is never changed once somebody has it: each is hashed once. */
const hashes = new WeakMap<PersonaShape, string>();

/** Persona id → the hash of what it may do: what a run has on record. */
export function personaHashes(personas: Personas): Record<string, string> {
  return Object.fromEntries(Object.entries(personas).map(([id, shape]) => [id, hashOfShape(shape)]));
}

function hashOfShape(shape: PersonaShape): string {
  const hash = hashes.get(shape) ?? hashJson({ ...shape });
  hashes.set(shape, hash);
  return hash;
}

/** Whether these are the same personas, and each may do the same. */
export function isSamePersonas(a: Record<string, string>, b: Record<string, string>): boolean {
  const ids = Object.keys(a);
  return ids.length === Object.keys(b).length && ids.every((id) => a[id] === b[id]);
}

const cellOf = (run: string): string => `personas-of:${run}`;

/** Pins a run to personas; `kept` are those that are kept with its definition. */
export function pinPersonas(transaction: Transaction, run: string, personas: Personas, kept: Personas): void {
  if (isSamePersonas(personaHashes(personas), personaHashes(kept))) return;
  transaction.setCell(cellOf(run), personas as unknown as Json);
}

/** The same of a run that was pinned before. */
export function pinPersonasAnew(transaction: Transaction, run: string, personas: Personas, kept: Personas): void {
  transaction.setCell(cellOf(run), undefined);
  pinPersonas(transaction, run, personas, kept);
}

/** The personas that a run has to itself; undefined where they are those kept with its definition. */
export function ownPersonas(journal: Partial<Pick<Journal, 'cell'>>, run: string): Personas | undefined {
  return journal.cell?.(cellOf(run)) as Personas | undefined;
}

/** What a run is pinned to as text, for whoever works on it elsewhere; undefined where its definition is not kept. */
export function bodyOfRun(
  journal: Pick<Journal, 'definition'> & Partial<Pick<Journal, 'cell'>>,
  run: string,
  definition: string,
): string | undefined {
  const body = journal.definition(definition);
  const personas = ownPersonas(journal, run);
  return body === undefined || !personas ? body : bodyOf({ ...readBody(body), personas });
}

/** The personas that a run is pinned to; none for a run that is not there. */
export function personasOfRun(
  journal: Pick<Journal, 'run' | 'definition'> & Partial<Pick<Journal, 'cell'>>,
  run: string,
): Personas {
  const row = journal.run(run);
  const body = row && bodyOfRun(journal, run, row.definition);
  return body === undefined ? {} : readBody(body).personas;
}
