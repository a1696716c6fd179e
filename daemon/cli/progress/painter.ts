import type { Output } from '../terminal.ts';

/** Synchronized output: a terminal that knows it shows a frame at once, one that does not ignores it. */
const BEGIN = '\u001b[?2026h';
const END = '\u001b[?2026l';
const HIDE = '\u001b[?25l';
const SHOW = '\u001b[?25h';

/** Repaints a block of lines at the bottom of a terminal, changing only what changed. */
export class Painter {
  readonly #out: Output;
  #shown: string[] = [];
  #columns: number | undefined;

  constructor(out: Output) {
    this.#out = out;
  }

  paint(lines: readonly string[]): void {
    const { columns } = this.#out;
    // After a resize the old lines may have wrapped: nobody knows where they are, so they stay and the block begins anew.
    if (this.#columns !== undefined && this.#columns !== columns) this.#shown = [];
    this.#columns = columns;
    if (lines.length === this.#shown.length && lines.every((line, index) => line === this.#shown[index])) return;
    const up = this.#shown.length > 0 ? `\u001b[${this.#shown.length}A` : '';
    const text = lines.map((line, index) => (line === this.#shown[index] ? '\n' : `\u001b[2K${line}\n`)).join('');
    const rest = this.#shown.length > lines.length ? '\u001b[0J' : '';
    this.#out.write(`${BEGIN}${HIDE}${up}\r${text}${rest}${END}`);
    this.#shown = [...lines];
  }

  /** Takes the block away, so that something else can be written. */
  clear(): void {
    const up = this.#shown.length > 0 ? `\u001b[${this.#shown.length}A\r\u001b[0J` : '';
    this.#out.write(`${up}${SHOW}`);
    this.#shown = [];
  }

  /** Leaves the block as it stands and gives the cursor back. */
  end(): void {
    this.#out.write(SHOW);
    this.#shown = [];
  }
}
