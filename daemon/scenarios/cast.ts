import { pathOf } from '../../shared/workflow/definition.ts';
import { withReason } from '../../shared/signature.ts';
import { parseDuration } from '../../shared/workflow/duration.ts';
import type { Engine } from '../engine/engine.ts';
import { signAs } from './people.ts';
import type { Deed } from './scenario.ts';
import type { SimulatedClock } from './simulated-clock.ts';
import type { OpenRequest } from '../../shared/run/summary.ts';

/** The people of one scenario: each does their deed once it is asked of them. */
export class Cast {
  /** What could not be done, in the engine's words. */
  readonly errors: string[] = [];
  readonly #engine: Engine;
  readonly #clock: SimulatedClock;
  readonly #left: Deed[];

  constructor(engine: Engine, clock: SimulatedClock, run: string, deeds: readonly Deed[]) {
    this.#engine = engine;
    this.#clock = clock;
    this.#left = deeds.filter((deed) => !('cancel' in deed));
    for (const deed of deeds) if ('cancel' in deed) this.#plan(deed, () => engine.cancel(run, named(deed.by)));
  }

  /** Plans the deeds that have become possible in one of these runs. */
  look(runs: readonly string[]): void {
    for (const request of runs.flatMap((run) => this.#engine.requests(run))) {
      const index = this.#left.findIndex((deed) => fits(deed, request));
      if (index === -1) continue;
      const [deed] = this.#left.splice(index, 1);
      this.#plan(deed!, () => this.#do(deed!, request));
    }
  }

  /** Whose turn never came, in words. */
  idle(): string[] {
    return this.#left.map((deed) => {
      const [verb, id] =
        'answer' in deed
          ? ['answer', deed.answer]
          : 'sign' in deed
            ? ['sign', deed.sign]
            : ['refuse', 'refuse' in deed ? deed.refuse : ''];
      return `${deed.by ?? 'somebody'} is to ${verb} “${id}” and was never asked`;
    });
  }

  #plan(deed: Deed, act: () => Promise<void>): void {
    const at = this.#clock.now() + (deed.after === undefined ? 0 : parseDuration(deed.after));
    this.#clock.at(at, () => void act().catch((error: unknown) => this.errors.push(String(error))));
  }

  async #do(deed: Deed, request: OpenRequest): Promise<void> {
    const { run, node } = request;
    if ('answer' in deed) return this.#engine.answer(run, node, deed.with, named(deed.by));
    if (request.kind !== 'sign-off' || 'cancel' in deed) return;
    const kind = 'sign' in deed ? 'sign-off' : 'reject';
    const challenge = this.#engine.challenge({ kind, run, node, signOff: request.signOff });
    const reason = 'refuse' in deed ? deed.reason : undefined;
    const signature = signAs(deed.by, withReason(challenge, reason), this.#clock.now());
    if ('sign' in deed) await this.#engine.sign(run, node, request.signOff, signature);
    else await this.#engine.reject(run, node, request.signOff, signature, reason);
  }
}

function fits(deed: Deed, request: OpenRequest): boolean {
  const id = pathOf(request.node).split('/').at(-1);
  if ('answer' in deed) return request.kind === 'ask' && deed.answer === id;
  if (request.kind !== 'sign-off') return false;
  if ('sign' in deed) return deed.sign === request.signOff || deed.sign === id;
  return 'refuse' in deed && (deed.refuse === request.signOff || deed.refuse === id);
}

function named(name = 'somebody') {
  return { kind: 'person', name } as const;
}
