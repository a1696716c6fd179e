import type { IncomingMessage } from 'node:http';

/** The largest message of a source, in bytes. */
const MOST_BYTES = 2 * 2 ** 20;

/** The body of a request; `too-large` as soon as it is known to be, with nothing kept of it. */
export async function readBody(request: IncomingMessage, most = MOST_BYTES): Promise<Buffer | 'too-large'> {
  if (Number(request.headers['content-length'] ?? 0) > most) return 'too-large';
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > most) return 'too-large';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
