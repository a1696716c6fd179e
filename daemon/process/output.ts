import { StringDecoder } from 'node:string_decoder';

/** A line longer than this is given in pieces, so that a program without line breaks cannot fill the memory. */
const LONGEST_LINE = 16 * 1024;

/** Cuts a stream into lines as they arrive. A carriage return inside a line (a progress bar) keeps what came last. */
export function createLineReader(onLine: (line: string) => void): { push(bytes: Buffer): void; end(): void } {
  const decoder = new StringDecoder('utf8');
  let open = '';

  function take(text: string): void {
    open += text;
    let start = 0;
    for (let end = open.indexOf('\n'); end !== -1; end = open.indexOf('\n', start)) {
      emit(open.slice(start, end));
      start = end + 1;
    }
    open = open.slice(start);
    while (open.length > LONGEST_LINE) {
      emit(open.slice(0, LONGEST_LINE));
      open = open.slice(LONGEST_LINE);
    }
  }
  function emit(line: string): void {
    const text = line.endsWith('\r') ? line.slice(0, -1) : line;
    onLine(text.slice(text.lastIndexOf('\r') + 1));
  }

  return {
    push: (bytes) => take(decoder.write(bytes)),
    end() {
      take(decoder.end());
      if (open !== '') emit(open);
      open = '';
    },
  };
}

/** Keeps the last `limit` bytes of a stream. */
export function createTail(limit: number): { push(bytes: Buffer): void; text(): string } {
  const chunks: Buffer[] = [];
  let size = 0;
  let cut = false;

  return {
    push(bytes) {
      chunks.push(bytes);
      size += bytes.length;
      // Trimmed only when twice too big, so that the cost stays linear.
      if (size > 2 * limit) {
        const kept = Buffer.concat(chunks).subarray(-limit);
        chunks.length = 0;
        chunks.push(Buffer.from(kept));
        size = kept.length;
        cut = true;
      }
    },
    text() {
      let bytes = Buffer.concat(chunks);
      if (bytes.length > limit) {
        bytes = bytes.subarray(bytes.length - limit);
        cut = true;
      }
      // A cut may stand inside a character: its rest is left out.
      let start = 0;
      while (cut && start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start++;
      return bytes.toString('utf8', start);
    },
  };
}
