import { StringDecoder } from 'node:string_decoder';

/** Cuts what comes in into lines. Throws when a line is longer than `longest` characters. */
export function lineReader(longest: number, onLine: (line: string) => void): (chunk: Buffer) => void {
  const decoder = new StringDecoder('utf8');
  let parts: string[] = [];
  let length = 0;
  return (chunk) => {
    const [first = '', ...rest] = decoder.write(chunk).split('\n');
    parts.push(first);
    length += first.length;
    for (const part of rest) {
      const line = parts.join('');
      parts = [part];
      length = part.length;
      if (line !== '') onLine(line);
    }
    if (length > longest) throw new Error(`a line of more than ${longest} characters`);
  };
}
