import { isObject, type JsonObject } from '../../shared/json.ts';
import type { Failure } from '../../shared/failure.ts';
import type { Attempt } from '../../shared/protocol/calls/runs.ts';
import type { CallName } from '../../shared/protocol/calls.ts';
import type { Clock } from '../clock.ts';
import type { Journal } from '../journal/journal.ts';
import type { Peer } from './peer.ts';

/** How many places are kept, and how long what was refused at one is news, in milliseconds. */
const MOST = 50;
const LIFETIME_MS = 24 * 3_600_000;
/** Those who show it are told at most so often, in milliseconds. */
const TELL_MS = 500;

/** What only a person decides: a refusal of these concerns whoever waits for the decision. */
const DECISIONS: ReadonlySet<CallName> = new Set([
  'sign',
  'reject',
  'skip',
  'start',
  'trust',
  'answer',
  'cancel',
  'resume',
  'move',
]);

export interface AttemptsMeans {
  clock: Clock;
  journal: Pick<Journal, 'run' | 'definition'>;
  /** They have changed. */
  onChange(): void;
}

/**
 * What was refused of signatures and of decisions that are a person's, so that the page says it: the last of each place, in
 * memory. Only places that exist are kept, and of what somebody sent only those names.
 */
export class Attempts {
  readonly #means: AttemptsMeans;
  readonly #last = new Map<string, Attempt>();
  #told = -Infinity;
  #waits = false;

  constructor(means: AttemptsMeans) {
    this.#means = means;
  }

  /** A call was refused. Nothing is noted of calls that fail for another reason. */
  note(call: CallName, parameters: JsonObject, peer: Peer, { code, message }: Failure): void {
    if (!DECISIONS.has(call) || (code !== 'call.right' && !code.startsWith('signature.'))) return;
    const place = this.#place(parameters);
    if (!place) return;
    const by = peer.right === 'sign' ? peer.person : peer.name;
    const key = JSON.stringify(place);
    this.#last.delete(key);
    this.#last.set(key, { ...place, call, at: this.#means.clock.now(), by, code, message });
    for (const oldest of this.#last.keys()) {
      if (this.#last.size <= MOST) break;
      this.#last.delete(oldest);
    }
    this.#tell();
  }

  /** The newest first. */
  list(): Attempt[] {
    const oldest = this.#means.clock.now() - LIFETIME_MS;
    return [...this.#last.values()].filter(({ at }) => at >= oldest).toReversed();
  }

  #place(given: JsonObject): Pick<Attempt, 'run' | 'node' | 'signOff' | 'definition'> | undefined {
    const text = (name: string): string | undefined => {
      const value = isObject(given) ? given[name] : undefined;
      return typeof value === 'string' && value.length <= 1_000 ? value : undefined;
    };
    const [run, node, signOff, definition] = ['run', 'node', 'signOff', 'definition'].map(text);
    if (run !== undefined && this.#means.journal.run(run)) {
      return { run, ...(node === undefined ? {} : { node }), ...(signOff === undefined ? {} : { signOff }) };
    }
    return definition !== undefined && this.#means.journal.definition(definition) !== undefined
      ? { definition }
      : undefined;
  }

  #tell(): void {
    if (this.#waits) return;
    const { clock, onChange } = this.#means;
    const rest = this.#told + TELL_MS - clock.now();
    const tell = () => {
      this.#waits = false;
      this.#told = clock.now();
      onChange();
    };
    if (rest <= 0) return tell();
    this.#waits = true;
    clock.at(clock.now() + rest, tell);
  }
}
