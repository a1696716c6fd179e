import { isObject, type JsonObject } from '../../shared/json.ts';

/** The id of a greeting that we say again: no client has a text like it. */
export const AGAIN = 'stagebook-greets-again';

/** What an agent has said that holds for the whole conversation: the next daemon has to be told it as the first one was. */
export class SaidAgain {
  #hello: JsonObject | undefined;
  #ready: JsonObject | undefined;
  #level: JsonObject | undefined;
  /** By address. */
  readonly #subscriptions = new Map<string, JsonObject>();

  /** Something that the agent says. */
  note(message: unknown): void {
    if (!isObject(message)) return;
    const { method, params } = message;
    if (method === 'initialize') this.#hello = message;
    if (method === 'notifications/initialized') this.#ready = message;
    if (method === 'logging/setLevel') this.#level = message;
    const uri = isObject(params) ? params.uri : undefined;
    if (typeof uri !== 'string') return;
    if (method === 'resources/subscribe') this.#subscriptions.set(uri, message);
    if (method === 'resources/unsubscribe') this.#subscriptions.delete(uri);
  }

  /** Its greeting, under an id of ours; undefined before it greeted anybody. */
  hello(): JsonObject | undefined {
    return this.#hello && { ...this.#hello, id: AGAIN };
  }

  /** What comes once the greeting is answered. */
  afterHello(): JsonObject[] {
    const asked = [...(this.#level ? [this.#level] : []), ...this.#subscriptions.values()];
    return [
      ...(this.#ready ? [this.#ready] : []),
      ...asked.map((each, index) => ({ ...each, id: `${AGAIN}-${index}` })),
    ];
  }

  /** The addresses of the resources that it wants to hear of. */
  subscribed(): string[] {
    return [...this.#subscriptions.keys()];
  }

  /** Whether an answer is to something that was said again: then it is none of the agent's. */
  isOurs(id: unknown): boolean {
    return typeof id === 'string' && id.startsWith(AGAIN);
  }
}
