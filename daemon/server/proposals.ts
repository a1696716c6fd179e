import { randomUUID } from 'node:crypto';
import { hashJson } from '../../shared/canonical-json.ts';
import { fail } from '../../shared/failure.ts';
import type { Proposal, Wish } from '../../shared/protocol/calls/proposals.ts';
import type { Clock } from '../clock.ts';

/** How long a proposal waits for a person, in milliseconds, and how many may wait. */
const LIFETIME_MS = 3_600_000;
const MOST = 100;

/** What plugins ask people for. Kept in memory only: whoever still wants it after a restart asks again. */
export class Proposals {
  readonly #clock: Clock;
  readonly #onChange: () => void;
  readonly #open = new Map<string, Proposal>();

  constructor(clock: Clock, onChange: () => void) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  /** Adds a wish. The same wish of the same plugin is one proposal, however often it is clicked. */
  add(wish: Wish, from: string): Proposal {
    this.#dropOld();
    const known = [...this.#open.values()].find((other) => other.from === from && isSame(other.wish, wish));
    const proposal = { proposal: known?.proposal ?? randomUUID(), wish, at: this.#clock.now(), from };
    // Behind all others: the oldest go first.
    this.#open.delete(proposal.proposal);
    this.#open.set(proposal.proposal, proposal);
    for (const oldest of this.#open.keys()) {
      if (this.#open.size <= MOST) break;
      this.#open.delete(oldest);
    }
    this.#onChange();
    return proposal;
  }

  /** The newest first. */
  list(): Proposal[] {
    this.#dropOld();
    return [...this.#open.values()].toReversed();
  }

  /** Throws `proposal.not_found`. */
  read(proposal: string): Proposal {
    this.#dropOld();
    const found = this.#open.get(proposal);
    if (found) return found;
    throw fail('not-found', 'proposal.not_found', 'This was done, dismissed, or is older than an hour. Ask again.');
  }

  dismiss(proposal: string): void {
    if (this.#open.delete(proposal)) this.#onChange();
  }

  #dropOld(): void {
    const oldest = this.#clock.now() - LIFETIME_MS;
    for (const [id, { at }] of this.#open) if (at < oldest) this.#open.delete(id);
  }
}

function isSame(one: Wish, other: Wish): boolean {
  return hashJson(one) === hashJson(other);
}
