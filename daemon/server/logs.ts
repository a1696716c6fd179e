import type { OutputLine } from '../../shared/protocol.ts';

/** Lines that are kept of a step, of a line (in characters), and in all: the newest. */
const LINES_OF_STEP = 5_000;
const LONGEST_LINE = 10_000;
const CHARACTERS = 16 * 2 ** 20;
/** What a line takes besides its text, in characters. */
const LINE = 50;

interface Kept {
  lines: { at: number; text: string }[];
  /** How many were dropped in front of them. */
  dropped: number;
}

/** The output lines of steps that ran since the daemon came up; bounded, in memory. */
export class Logs {
  readonly #steps = new Map<string, Kept>();
  #characters = 0;

  add({ run, node, at, text }: OutputLine): void {
    const key = `${run} ${node}`;
    const kept = this.#steps.get(key) ?? { lines: [], dropped: 0 };
    // The step that spoke last is dropped last.
    this.#steps.delete(key);
    this.#steps.set(key, kept);
    kept.lines.push({ at, text: text.slice(0, LONGEST_LINE) });
    this.#characters += LINE + Math.min(text.length, LONGEST_LINE);
    if (kept.lines.length > LINES_OF_STEP + 500) this.#dropLines(kept, 500);
    while (this.#characters > CHARACTERS) {
      const [oldest, lines] = this.#steps.entries().next().value!;
      if (oldest === key) this.#dropLines(lines, Math.ceil(lines.lines.length / 2));
      else this.#dropStep(oldest, lines);
    }
  }

  /** Lines from an offset on, of about so many characters at most. Offsets count from the step's first line, kept or not. */
  read(run: string, node: string, offset: number, most: number): { lines: Kept['lines']; next: number; done: boolean } {
    const { lines, dropped } = this.#steps.get(`${run} ${node}`) ?? { lines: [], dropped: 0 };
    let at = Math.max(0, offset - dropped);
    const from = at;
    for (let left = most; at < lines.length; at += 1) {
      left -= JSON.stringify(lines[at]).length + 1;
      if (left < 0 && at > from) break;
    }
    return { lines: lines.slice(from, at), next: Math.max(offset, dropped + at), done: at >= lines.length };
  }

  #dropLines(kept: Kept, count: number): void {
    for (const { text } of kept.lines.splice(0, count)) this.#characters -= LINE + text.length;
    kept.dropped += count;
  }

  #dropStep(key: string, kept: Kept): void {
    this.#dropLines(kept, kept.lines.length);
    this.#steps.delete(key);
  }
}
