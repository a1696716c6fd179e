import { toFailure } from '../../shared/failure.ts';
import type { Clock } from '../clock.ts';
import type { Graph } from './graph.ts';
import type { HttpApi } from './http-api.ts';

/** How often Logseq's HTTP server is looked for, which does not tell when it starts, in milliseconds. */
const LOOK_EVERY_MS = 15_000;

type Current = NonNullable<Awaited<ReturnType<HttpApi['current']>>>;

interface Found {
  known: Current;
  graph: Promise<Graph>;
}

export interface OverHttpOptions {
  clock: Clock;
  /** Opens the graph that was found there. */
  open(known: Current): Promise<Graph>;
  /** The id by which a graph is known here. */
  idOf(id: string): string;
  /** Called with a graph that has come. */
  onFound(id: string): void;
  /** Told once of what keeps the server from being used. */
  onProblem(problem: string): void;
}

/** Keeps looking which graph Logseq's own HTTP server has open. */
export class OverHttp {
  readonly #http: HttpApi;
  readonly #options: OverHttpOptions;
  #found: Found | null = null;
  /** The code of the problem that was told last. */
  #told: string | undefined;
  #stop = (): void => undefined;
  #closed = false;

  constructor(http: HttpApi, options: OverHttpOptions) {
    this.#http = http;
    this.#options = options;
    // At once: whoever starts the daemon sees what is wrong with it.
    this.#lookAfter(0);
  }

  /** The graph that was there when it was looked for last. */
  get known(): Current | undefined {
    return this.#found?.known;
  }

  /** Looks now: the graph that is open there, if it is this one. */
  async find(id: string): Promise<Graph | undefined> {
    await this.#look();
    return this.#found?.known.id === id ? this.#found.graph : undefined;
  }

  close(): void {
    this.#closed = true;
    this.#stop();
  }

  /** Problems but its absence are told, once, and count as absence. */
  async #look(): Promise<void> {
    const { idOf, open, onProblem } = this.#options;
    try {
      const current = await this.#http.current();
      this.#told = undefined;
      if (!current) this.#found = null;
      else if (this.#found?.known.id !== idOf(current.id)) {
        const known = { ...current, id: idOf(current.id) };
        this.#found = { known, graph: open(known) };
      }
    } catch (error) {
      this.#found = null;
      const { code, message } = toFailure(error);
      if (code === 'graph.away' || this.#told === code) return;
      this.#told = code;
      onProblem(message);
    }
  }

  #lookAfter(pause: number): void {
    const { clock } = this.#options;
    this.#stop = clock.at(clock.now() + pause, () => void this.#lookOn());
  }

  async #lookOn(): Promise<void> {
    const before = this.known?.id;
    await this.#look();
    if (this.#closed) return;
    const now = this.known?.id;
    if (now !== undefined && now !== before) this.#options.onFound(now);
    this.#lookAfter(LOOK_EVERY_MS);
  }
}
