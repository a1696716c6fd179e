import { createHmac } from 'node:crypto';
import type { Forward } from './forwards.ts';

const WITHIN_MS = 15_000;

export interface IngressOptions {
  hub: string;
  /** Base addresses of ingresses of one cluster: the next one is taken when one does not answer. */
  ingress: readonly string[];
  /** The token that hub and workers share. */
  token(): Promise<string>;
}

/** The way into the other engine: what is sent is sealed with the token, under a key by which repeats are known. */
export class Ingress {
  readonly #options: IngressOptions;
  readonly #signal: AbortSignal;
  /** The node that answered last, counted on over the list. */
  #at = 0;

  /** `signal` ends what is under way. */
  constructor(options: IngressOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
  }

  /** To the node that answered last; when it is away, to each of the others once. Rejects as the last of them did. */
  async send(forward: Forward): Promise<void> {
    const { ingress, token } = this.#options;
    const mac = createHmac('sha256', await token())
      .update(forward.body)
      .digest('hex');
    for (let left = ingress.length; ; left -= 1) {
      try {
        return await this.#sendTo(ingress[this.#at % ingress.length]!, forward, mac);
      } catch (error) {
        if (this.#signal.aborted) throw error;
        this.#at += 1;
        if (left <= 1) throw error;
      }
    }
  }

  async #sendTo(at: string, { run, key, kind, body }: Forward, mac: string): Promise<void> {
    const response = await fetch(`${at}/Stagebook.${this.#options.hub}.Inbox/${run}/${kind}/send`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({ sealed: body, mac }),
      signal: AbortSignal.any([this.#signal, AbortSignal.timeout(WITHIN_MS)]),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`Restate at ${at} answered ${response.status}: ${text.slice(0, 300)}`);
  }
}
