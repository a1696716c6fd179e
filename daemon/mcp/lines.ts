/** What stands for a line that was too long: enough of its ends to see whose answer it was. */
export interface CutLine {
  head: string;
  tail: string;
  bytes: number;
}

const ENDS = 512;

/**
 * Cuts a stream into lines of at most `largest` bytes. Of a longer one only the ends are kept, so that whatever a server
 * sends, no more than that is in memory.
 */
export class Lines {
  #held: Buffer[] = [];
  #size = 0;
  #tail = Buffer.alloc(0);
  readonly #largest: number;
  readonly #line: (line: string) => void;
  readonly #cut: (line: CutLine) => void;

  constructor(largest: number, line: (line: string) => void, cut: (line: CutLine) => void) {
    this.#largest = largest;
    this.#line = line;
    this.#cut = cut;
  }

  push(chunk: Buffer): void {
    let from = 0;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
      this.#hold(chunk.subarray(from, at));
      this.#finish();
      from = at + 1;
    }
    if (from < chunk.length) this.#hold(chunk.subarray(from));
  }

  #hold(part: Buffer): void {
    this.#size += part.length;
    if (this.#size <= this.#largest) return void this.#held.push(part);
    const head = Buffer.concat(this.#held).subarray(0, ENDS);
    this.#held = [head.length < ENDS ? Buffer.concat([head, part.subarray(0, ENDS - head.length)]) : Buffer.from(head)];
    this.#tail = Buffer.from(Buffer.concat([this.#tail, part.subarray(-ENDS)]).subarray(-ENDS));
  }

  #finish(): void {
    const [text, bytes, tail] = [Buffer.concat(this.#held).toString(), this.#size, this.#tail.toString()];
    this.#held = [];
    this.#size = 0;
    this.#tail = Buffer.alloc(0);
    if (bytes > this.#largest) this.#cut({ head: text, tail, bytes });
    else this.#line(text);
  }
}
