import { canonicalJson } from '../../shared/canonical-json.ts';
import { fail } from '../../shared/failure.ts';
import type { RunEvent, SignOffRequest } from '../../shared/run/event.ts';
import { signOffRequest } from '../../shared/run/sign-offs.ts';
import { pathOf, walk, type Definition, type NodeKey } from '../../shared/workflow/definition.ts';
import type { ReportedEvent } from '../journal/reported.ts';

/** A run as its hub knows it. */
export interface KnownRun {
  run: string;
  dryRun: boolean;
  definition(): Definition;
  /** What is on record of it. */
  events(): readonly RunEvent[];
}

/**
 * Holds what a worker says of gates against what the hub itself knows: a gate asks whom its page says, and passes only when
 * all of them have signed at this hub. Throws `ingest.gate`.
 */
export function requireGates(known: KnownRun, told: readonly ReportedEvent[]): void {
  for (const [index, event] of told.entries()) {
    if (event.type === 'gate.opened') {
      if (plain(event.payload.signOffs) !== plain(asked(known, event.node))) {
        throw untrue(known, event, 'asks for other signatures than its page does');
      }
      if (event.payload.assumed && !known.dryRun) throw untrue(known, event, 'asks nobody, which only a dry run may');
      continue;
    }
    if (event.type !== 'gate.closed' || !event.payload.passed || known.dryRun) continue;
    const signed = persons([...known.events(), ...told.slice(0, index)], event.node);
    const missing = asked(known, event.node).find(({ id, people }) => (signed.get(id)?.size ?? 0) < people);
    if (missing) throw untrue(known, event, `passed without the signatures of “${missing.title}”`);
  }
}

function asked(known: KnownRun, key: NodeKey): Omit<SignOffRequest, 'deadline'>[] {
  const path = pathOf(key);
  const gate = walk(known.definition().body).find((each) => each.path === path)?.node;
  return (gate?.children ?? []).filter(({ role }) => role === 'sign-off').map(signOffRequest);
}

/** By sign-off, who has signed since the gate opened last. */
function persons(events: readonly { type: string; node: NodeKey }[], gate: NodeKey): Map<string, Set<string>> {
  const signed = new Map<string, Set<string>>();
  for (const event of events as readonly ReportedEvent[]) {
    if (event.node !== gate) continue;
    if (event.type === 'gate.opened') signed.clear();
    if (event.type !== 'gate.signed') continue;
    const { signOff, signature } = event.payload;
    signed.set(signOff, (signed.get(signOff) ?? new Set()).add(signature.person));
  }
  return signed;
}

/** Without what only the worker's clock knows. */
function plain(requests: readonly SignOffRequest[]): string {
  return canonicalJson(requests.map(({ deadline: _, ...request }) => request));
}

function untrue({ run }: KnownRun, { seq, node }: ReportedEvent, what: string): Error {
  return fail(
    'denied',
    'ingest.gate',
    `Event ${seq} of run ${run} says that the gate ${node} ${what}. Nothing was recorded.`,
    { data: { seq, node } },
  );
}
