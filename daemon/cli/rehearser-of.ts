import { systemClock } from '../clock.ts';
import { registries } from '../registered.ts';
import { createRehearser, type Rehearser } from '../rehearsal/rehearser.ts';
import type { Session } from './session.ts';

/** Rehearsals as a command holds them, on the engine wherever it is. */
export function rehearserOf({ client, daemon }: Session): Rehearser {
  const { journal, database, servers, secrets, personas } = daemon;
  return createRehearser({
    engine: client,
    journal,
    database,
    servers,
    secrets,
    clock: systemClock,
    registered: { ...registries(), personas: personas.shapes() },
  });
}
