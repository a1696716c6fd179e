import { fail } from '../../shared/failure.ts';
import type { People } from './people.ts';
import type { TerminalKeys } from './terminal-key.ts';

export interface Newcomer {
  name: string;
  roles?: readonly string[];
  pin: string;
  /** Somebody who can sign here already and says so with their PIN. Not needed for the first person. */
  voucher?: { name: string; pin: string };
}

/**
 * Adds a person and makes this terminal their signing device, or makes it one for a person who has lost theirs. The first
 * person adds themselves; for every further one somebody vouches who is here already, because a gate counts persons and a
 * program that can open a terminal must not make one up. Throws `person.unvouched`, `person.exists`, `pin.*`; then nothing was added.
 */
export function enrol(people: People, keys: TerminalKeys, newcomer: Newcomer): void {
  const { name, roles, pin, voucher } = newcomer;
  if (keys.has(name)) throw fail('conflict', 'person.exists', `${name} can sign here already. See stagebook people.`);
  if (needsVoucher(people, keys)) {
    if (!voucher) {
      throw fail(
        'denied',
        'person.unvouched',
        `Somebody who can sign here has to vouch for ${name} with their own PIN: ${signers(people, keys).join(', ')}.`,
      );
    }
    keys.check(voucher.name, voucher.pin);
  }
  keys.requirePin(pin);
  if (!people.find(name)) people.add(name, roles);
  keys.create(people.find(name)!.name, pin);
}

/** Whether the next person needs somebody to vouch for them: as soon as anybody can sign here. */
export function needsVoucher(people: People, keys: TerminalKeys): boolean {
  return signers(people, keys).length > 0;
}

function signers(people: People, keys: TerminalKeys): string[] {
  return people.list().flatMap(({ name }) => (keys.has(name) ? [name] : []));
}
