import { LARGEST_MESSAGE } from './limits.ts';
import { unreadableAnswer } from './unreadable.ts';

/**
 * `fetch` for the SDK's HTTP transport, which believes what a server sends: no answer grows without bound, and a stream
 * that ends or overflows without the answer of its request gets an error in its place, so that the call does not hang.
 */
export function boundedFetch(fetcher: typeof fetch): (url: string | URL, init?: RequestInit) => Promise<Response> {
  return async (url, init) => {
    const response = await fetcher(url, { ...init, redirect: 'error' });
    if (!response.body) return response;
    const streams = (response.headers.get('content-type') ?? '').startsWith('text/event-stream');
    const bounded = response.body.pipeThrough(streams ? events(requestId(init?.body)) : whole());
    return new Response(bounded, {
      status: response.status,
      statusText: response.statusText,
      headers: response.headers,
    });
  };
}

function whole(): TransformStream<Uint8Array, Uint8Array> {
  let size = 0;
  return new TransformStream({
    transform(chunk, controller) {
      size += chunk.length;
      if (size > LARGEST_MESSAGE) controller.error(new Error(tooLong));
      else controller.enqueue(chunk);
    },
  });
}

const tooLong = `it has more than ${LARGEST_MESSAGE / 2 ** 20} MiB, which is the most that is read here`;

function events(id: number | string | undefined): TransformStream<Uint8Array, Uint8Array> {
  let size = 0;
  let resumable = false;
  const inPlace = (controller: TransformStreamDefaultController<Uint8Array>, why: string): void => {
    if (id === undefined) return;
    const message = JSON.stringify(unreadableAnswer(id, why));
    controller.enqueue(Buffer.from(`\n\nevent: message\ndata: ${message}\n\n`));
  };
  return new TransformStream({
    transform(chunk, controller) {
      const text = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      resumable ||= /(^|\n)id:/.test(text.toString('latin1'));
      const border = Math.max(text.lastIndexOf('\n\n'), text.lastIndexOf('\r\n\r\n'));
      size = border === -1 ? size + text.length : text.length - border;
      if (size <= LARGEST_MESSAGE) return controller.enqueue(chunk);
      inPlace(controller, tooLong);
      controller.terminate();
    },
    flush(controller) {
      // A server may end a stream that can be taken up again later; any other ends with its answer or never has one.
      if (!resumable) inPlace(controller, 'the connection ended without a readable one');
    },
  });
}

function requestId(body: unknown): number | string | undefined {
  if (typeof body !== 'string') return undefined;
  const { id, method } = JSON.parse(body) as { id?: number | string; method?: string };
  return method === undefined ? undefined : id;
}
