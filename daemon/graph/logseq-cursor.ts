import { setTimeout as delay } from 'node:timers/promises';
import { fail } from '../../shared/failure.ts';
import { attempt, type LogseqHost } from './host.ts';

/** Inserting puts the cursor into the new block this much later at most (10 to 20 ms in the hosts that do). */
const CURSOR_COMES_MS = 40;

/**
 * Where the person's cursor is, and how to leave it there. Nothing is written into the block that is being edited, and no
 * cursor is taken away: while somebody writes, blocks are added only if this Logseq is known not to move it.
 */
export class Cursor {
  readonly #host: LogseqHost;
  readonly #delay: (ms: number) => Promise<unknown>;
  /** Whether adding one block moves the cursor; undefined before it was seen. */
  #moves: boolean | undefined;
  #person: string | null = null;

  constructor(host: LogseqHost, wait: (ms: number) => Promise<unknown> = delay) {
    this.#host = host;
    this.#delay = wait;
  }

  /** Whether somebody was writing when `look` last looked. */
  get isBusy(): boolean {
    return this.#person !== null;
  }

  async #at(): Promise<string | null> {
    const answer = await attempt(this.#host, 'logseq.Editor.checkEditing', []);
    return typeof answer === 'string' && answer !== '' ? answer : null;
  }

  /** Looks where the cursor is. Throws the retryable `graph.editing` when the changes would disturb who writes. */
  async look(touched: ReadonlySet<string>, adds: boolean): Promise<void> {
    this.#person = await this.#at();
    if (this.#person === null) return;
    const inTheWay = touched.has(this.#person);
    if (!inTheWay && (!adds || this.#moves === false)) return;
    throw fail(
      'locked',
      'graph.editing',
      inTheWay
        ? 'Somebody is writing in a block that was to be changed. It is changed as soon as they have left it.'
        : 'Somebody is writing in Logseq, and adding blocks would take the cursor away. They are added afterwards.',
    );
  }

  /** Gives the cursor back after blocks were added, which may have moved it. `single`: one by one. */
  async restore(added: ReadonlySet<string>, single: boolean): Promise<void> {
    if (added.size === 0) return;
    let now = await this.#at();
    if (now === this.#person || now === null) {
      await this.#delay(CURSOR_COMES_MS);
      now = await this.#at();
    }
    const moved = now !== null && now !== this.#person && added.has(now);
    if (single) this.#moves = moved || (this.#moves ?? false);
    if (!moved) return;
    await this.#host.call('logseq.Editor.exitEditingMode', []);
    if (this.#person !== null) await this.#host.call('logseq.Editor.editBlock', [this.#person]);
  }
}
