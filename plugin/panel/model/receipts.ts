import type { RunEvent, Signature } from '../../../shared/run/event.ts';

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
