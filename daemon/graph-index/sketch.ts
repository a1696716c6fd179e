/** So many of the smallest hashes of a page are kept: likeness is told to about a twentieth. */
const KEPT = 96;
/** Words in a run. */
const RUN = 3;

/** One page is read after the other: they share it. */
let buffer = new Uint32Array(4_096);

/** Gathers the words of a page and says in few numbers what it is like (a bottom-k sketch of its runs of three words). */
export class Sketcher {
  words = 0;
  #one = 0;
  #two = 0;
  #count = 0;

  add(text: string): void {
    let hash = 0;
    let length = 0;
    for (let at = 0; at <= text.length; at += 1) {
      const code = at < text.length ? text.charCodeAt(at) : 32;
      const small = code >= 65 && code <= 90 ? code + 32 : code;
      if (code > 127 || (small >= 97 && small <= 122) || (code >= 48 && code <= 57)) {
        hash = Math.imul(hash ^ small, 0x01000193) ^ 0x5bd1e995;
        length += 1;
        continue;
      }
      if (length === 0) continue;
      this.#word(hash);
      hash = 0;
      length = 0;
    }
  }

  #word(hash: number): void {
    this.words += 1;
    if (this.words >= RUN) {
      if (this.#count === buffer.length) {
        const larger = new Uint32Array(buffer.length * 2);
        larger.set(buffer);
        buffer = larger;
      }
      buffer[this.#count++] = mixed(Math.imul(this.#two, 31) ^ Math.imul(this.#one, 17) ^ hash);
    }
    this.#two = this.#one;
    this.#one = hash;
  }

  sketch(): Uint32Array {
    const sorted = buffer.subarray(0, this.#count).sort();
    let kept = 0;
    for (let at = 0; at < sorted.length && kept < KEPT; at += 1) {
      const hash = sorted[at]!;
      if (kept === 0 || hash !== sorted[kept - 1]) sorted[kept++] = hash;
    }
    return sorted.slice(0, kept);
  }
}

/** How alike two texts are, from 0 to 1: the share of runs that both have of those that either has. */
export function likeness(one: Uint32Array, other: Uint32Array): number {
  let both = 0;
  let all = 0;
  // Beyond what the shorter one knows of, nothing can be said; a whole text is known to its end.
  const most = Math.max(one.length, other.length) < KEPT ? Infinity : KEPT;
  for (let i = 0, j = 0; (i < one.length || j < other.length) && all < most; all += 1) {
    const [a, b] = [one[i] ?? Infinity, other[j] ?? Infinity];
    if (a === b) both += 1;
    if (a <= b) i += 1;
    if (b <= a) j += 1;
  }
  return all === 0 ? 0 : both / all;
}

function mixed(hash: number): number {
  let value = hash ^ (hash >>> 16);
  value = Math.imul(value, 0x85ebca6b);
  value ^= value >>> 13;
  value = Math.imul(value, 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
