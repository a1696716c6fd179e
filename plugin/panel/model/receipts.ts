import type { RunEvent, Signature } from '../../../shared/run/event.ts';
import type { RunState } from '../../../shared/run/state.ts';

/** What a persona did in a run: the actions it used, and what it was refused. */
export interface Receipt {
  persona: string;
  used: { action: string; times: number; effect: string }[];
  refused: { wanted: string; why: string; at: number }[];
}

/** A receipt for each persona, in the order in which they came to work. */
export function receiptsOf(state: RunState): Receipt[] {
  const receipts = new Map<string, Receipt>();
  const of = (persona: string): Receipt => {
    const known = receipts.get(persona) ?? { persona, used: [], refused: [] };
    receipts.set(persona, known);
    return known;
  };
  for (const { step, starts } of state.nodes.values()) {
    if (!step) continue;
    const { used } = of(step.persona ?? 'no persona');
    const known = used.find(({ action }) => action === step.action);
    if (known) known.times += Math.max(1, starts);
    else used.push({ action: step.action, times: Math.max(1, starts), effect: step.effect });
  }
  for (const { persona, wanted, why, at } of state.refusals) of(persona).refused.push({ wanted, why, at });
  return [...receipts.values()];
}

/** Somebody's signature in a run, and what it was for. */
export interface SignedFact {
  seq: number;
  at: number;
  what: string;
  signature: Signature;
}

/** All signatures of a run. One without a text stands for an earlier one of the same device, and says so. */
export function signaturesOf(events: readonly RunEvent[]): SignedFact[] {
  return events.flatMap((event): SignedFact[] => {
    const at = { seq: event.seq, at: event.at };
    switch (event.type) {
      case 'run.started':
        return event.payload.signature ? [{ ...at, what: 'started it', signature: event.payload.signature }] : [];
      case 'gate.signed':
        return [{ ...at, what: `agreed at ${event.node}`, signature: event.payload.signature }];
      case 'gate.refused':
        return [{ ...at, what: `refused at ${event.node}`, signature: event.payload.signature }];
      case 'node.skipped':
        return event.payload.signature
          ? [{ ...at, what: `skipped ${event.node}`, signature: event.payload.signature }]
          : [];
      default:
        return [];
    }
  });
}
