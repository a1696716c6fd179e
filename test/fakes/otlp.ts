import { listenOnLoopback, type Listening } from '../../daemon/demo/counterparts/loopback.ts';

/** A span as it arrived, with its attributes as plain values. */
export interface ArrivedSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: Record<string, unknown>;
  status: { code?: number; message?: string };
}

interface WrittenSpan extends Omit<ArrivedSpan, 'attributes'> {
  attributes: { key: string; value: Record<string, unknown> }[];
}

/** A receiver of OTLP over HTTP in its JSON form: keeps what it was sent, with the header it came with. */
export async function receiveSpans(): Promise<
  Listening & { spans: ArrivedSpan[]; authorizations: (string | undefined)[] }
> {
  const spans: ArrivedSpan[] = [];
  const authorizations: (string | undefined)[] = [];
  const listening = await listenOnLoopback((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      authorizations.push(request.headers.authorization);
      const body = JSON.parse(Buffer.concat(pieces).toString()) as {
        resourceSpans: { scopeSpans: { spans: WrittenSpan[] }[] }[];
      };
      for (const { scopeSpans } of body.resourceSpans)
        for (const scope of scopeSpans) spans.push(...scope.spans.map(readable));
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}');
    });
  });
  return { ...listening, spans, authorizations };
}

function readable(span: WrittenSpan): ArrivedSpan {
  const attributes = Object.fromEntries(span.attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
  return { ...span, attributes };
}
