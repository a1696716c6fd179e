import { setTimeout as pause } from 'node:timers/promises';
import type { StartRequest } from '../../daemon/engine/engine.ts';
import type { EngineClient } from '../../daemon/server/client.ts';
import { connectRemote, type RemoteEngine } from '../../daemon/server/remote-engine.ts';
import type { Signer } from './signer.ts';

/** A person who starts runs and signs at their gates, and does it again when the hub is gone before it has answered. */
export class PatientPerson {
  readonly #home: string;
  readonly #signer: Signer;
  readonly #withinMs: number;
  readonly #signing = new Set<string>();
  #hub: Promise<RemoteEngine | undefined> | undefined;

  /** `withinMs` is how long a hub may be away. */
  constructor(home: string, signer: Signer, withinMs: number) {
    this.#home = home;
    this.#signer = signer;
    this.#withinMs = withinMs;
  }

  start(request: StartRequest): Promise<string> {
    return this.#ask((hub) => hub.start(request));
  }

  /** Signs whatever waits now. */
  async sign(): Promise<void> {
    for (const request of await this.#ask((hub) => hub.requests())) {
      if (this.#signing.has(request.run)) continue;
      this.#signing.add(request.run);
      // Refused when an earlier life of the hub took it, lost when the hub is killed now: what still waits is seen again.
      void this.#sign(request)
        .catch(() => undefined)
        .finally(() => this.#signing.delete(request.run));
    }
  }

  async #sign(request: Awaited<ReturnType<EngineClient['requests']>>[number]): Promise<void> {
    const client = (await this.#hub)?.client;
    if (request.kind !== 'sign-off' || !client) return;
    const { run, node: gate, signOff } = request;
    const challenge = await client.challenge({ kind: 'sign-off', run, node: gate, signOff });
    await client.sign(run, gate, signOff, this.#signer.sign(challenge));
  }

  /** How many of these runs the hub knows to be completed. */
  async completed(runs: readonly string[]): Promise<number> {
    const wanted = new Set(runs);
    const done = await this.#ask((hub) => hub.list({ status: ['completed'], limit: 2 * runs.length }));
    return done.filter(({ run }) => wanted.has(run)).length;
  }

  leave(): void {
    void this.#hub?.then((hub) => hub?.close());
  }

  /** Asks the hub for as long as it takes it to be there. */
  async #ask<T>(what: (hub: EngineClient) => Promise<T>): Promise<T> {
    for (const limit = Date.now() + this.#withinMs; ; await pause(20)) {
      const connecting = (this.#hub ??= connectRemote(this.#home).catch(() => undefined));
      const forget = (): void => {
        if (this.#hub === connecting) this.#hub = undefined;
      };
      const hub = await connecting;
      if (!hub) {
        forget();
        if (Date.now() > limit) throw new Error('the hub does not come back');
        continue;
      }
      try {
        return await what(hub.client);
      } catch (error) {
        const isLost = await Promise.race([hub.closed.then(() => true), pause(100).then(() => false)]);
        if (!isLost) throw error;
        forget();
      }
    }
  }
}
