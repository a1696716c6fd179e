import type { CallParameters } from '../../shared/protocol/calls.ts';
import type { Signature } from '../../shared/run/event.ts';
import type { Challenge } from '../engine/engine.ts';
import { Signing } from '../engine/signing.ts';
import { sqliteCorrections } from '../journal/corrections.ts';
import { openCounsel, shownFor, type Counsel } from '../suggest/counsel.ts';
import { shippedDefinitions } from '../workflows.ts';
import type { Office } from './office.ts';

type Correction = Extract<CallParameters<'challenge'>['subject'], { kind: 'correction' }>;

/** Suggestions, and what people say to them with a signature. */
export interface CorrectionDesk {
  counsel: Counsel;
  /** Exactly what somebody agrees to who says what something is. Throws `suggest.unknown`. */
  challenge(correction: Correction): Challenge;
  /** Learns it, once for each signature; gives how many there are. */
  learn(correction: Correction, signature: Signature): number;
}

export function correctionDesk({ database, personas, clock, people, redact }: Office): CorrectionDesk {
  const known = {
    workflow: new Set(shippedDefinitions().keys()),
    get persona() {
      return new Set(personas.cards().keys());
    },
  };
  const corrections = sqliteCorrections(database);
  const counsel = openCounsel(corrections, known);
  const signing = new Signing(clock, (device, publicKey) => people.owner(device, publicKey));
  const shownOf = ({ about, labels }: Correction) => shownFor(about, counsel.labelsOf(labels));
  return {
    counsel,
    challenge: (correction) => signing.challenge(correction, shownOf(correction)),
    learn(correction, signature) {
      signing.accept(correction, shownOf(correction), signature);
      const { about, labels } = correction;
      const found = counsel.suggest(about);
      const suggested = { workflow: found.workflow.label, persona: found.persona.label };
      const subject = redact(about);
      corrections.add({ at: clock.now(), subject, labels: counsel.labelsOf(labels), suggested, signature });
      return corrections.count();
    },
  };
}
