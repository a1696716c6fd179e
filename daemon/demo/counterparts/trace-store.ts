import type { IncomingMessage, ServerResponse } from 'node:http';
import { withFaults, type Faults } from './faults.ts';
import { listenOnLoopback } from './loopback.ts';
import { readBody } from './read-body.ts';

/**
 * A stand-in for a store of traces: takes OTLP over HTTP in JSON, and answers the query APIs of Tempo (search by simple TraceQL,
 * a trace by its id) and of Jaeger, over the same spans in memory.
 */
export interface TraceStore {
  url: string;
  faults: Faults;
  stop(): Promise<void>;
}

interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  status?: { code?: number };
}
interface Stored extends OtlpSpan {
  service: string;
}

export async function startTraceStore(): Promise<TraceStore> {
  const spans: Stored[] = [];
  const { listener, faults } = withFaults((request, response) => {
    serve(spans, request, response).catch((error: unknown) => {
      response.writeHead(error instanceof SyntaxError ? 400 : 500, { 'content-type': 'text/plain' });
      response.end(String(error));
    });
  });
  const { url, close } = await listenOnLoopback(listener);
  return { url, faults, stop: close };
}

async function serve(spans: Stored[], request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
  const answer = (body: unknown, status = 200): void => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
  if (pathname === '/v1/traces') {
    take(spans, await readBody(request));
    return answer({});
  }
  if (pathname === '/api/search') return answer(tempoSearch(spans, searchParams));
  const id = /^\/api\/traces\/(\w+)$/.exec(pathname)?.[1];
  if (id !== undefined) {
    const found = spans.filter(({ traceId }) => traceId === id);
    return found.length > 0 ? answer({ batches: batchesOf(found) }) : answer({ message: 'trace not found' }, 404);
  }
  if (pathname === '/api/traces') return answer(jaegerTraces(spans, searchParams));
  if (pathname === '/api/services') return answer({ data: [...new Set(spans.map(({ service }) => service))].sort() });
  answer({ message: 'not found' }, 404);
}

function take(spans: Stored[], body: string): void {
  const { resourceSpans } = JSON.parse(body) as {
    resourceSpans: {
      resource: { attributes: { key: string; value: { stringValue?: string } }[] };
      scopeSpans: { spans: OtlpSpan[] }[];
    }[];
  };
  for (const { resource, scopeSpans } of resourceSpans) {
    const service = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? '';
    for (const { spans: taken } of scopeSpans) spans.push(...taken.map((span) => ({ ...span, service })));
  }
}

const startMs = ({ startTimeUnixNano: start }: Stored): number => Number(BigInt(start) / 1_000n) / 1_000;
const durationMs = ({ startTimeUnixNano: start, endTimeUnixNano: end }: Stored): number =>
  Number(BigInt(end) - BigInt(start)) / 1e6;
const failed = ({ status }: Stored): boolean => status?.code === 2;

function tempoSearch(spans: readonly Stored[], asked: URLSearchParams): object {
  const wanted = traceQl(asked.get('q') ?? '{}');
  const [start, end] = [Number(asked.get('start')) * 1000, Number(asked.get('end')) * 1000];
  const inTime = spans.filter((span) => startMs(span) >= start && startMs(span) <= end);
  const ids = [...new Set(inTime.filter(wanted).map(({ traceId }) => traceId))].slice(
    0,
    Number(asked.get('limit') ?? 20),
  );
  return {
    traces: ids.map((traceID) => {
      const all = spans.filter(({ traceId }) => traceId === traceID);
      const root = all.find(({ parentSpanId }) => !parentSpanId) ?? all[0]!;
      return {
        traceID,
        rootServiceName: root.service,
        rootTraceName: root.name,
        startTimeUnixNano: root.startTimeUnixNano,
        durationMs: Math.round(durationMs(root)),
      };
    }),
    metrics: { inspectedTraces: ids.length },
  };
}

/** `{ field op value && … }` with the fields that people ask for in an incident. */
function traceQl(query: string): (span: Stored) => boolean {
  const inside = /^\s*\{([\s\S]*)\}\s*$/.exec(query)?.[1];
  if (inside === undefined) throw new SyntaxError('parse error: unexpected end of TraceQL');
  const tests = inside
    .split('&&')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part): ((span: Stored) => boolean) => {
      const text = /^(resource\.service\.name|name)\s*=\s*("(?:[^"\\]|\\.)*")$/.exec(part);
      if (text) {
        const value = JSON.parse(text[2]!) as string;
        return (span) => (text[1] === 'name' ? span.name : span.service) === value;
      }
      const slow = /^duration\s*>\s*(\d+)ms$/.exec(part);
      if (slow) return (span) => durationMs(span) > Number(slow[1]);
      if (part === 'status = error') return failed;
      throw new SyntaxError(`parse error near ${part}`);
    });
  return (span) => tests.every((test) => test(span));
}

function batchesOf(spans: readonly Stored[]): object[] {
  return [...Map.groupBy(spans, ({ service }) => service)].map(([service, all]) => ({
    resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
    scopeSpans: [{ spans: all.map(({ service: _, ...span }) => span) }],
  }));
}

function jaegerTraces(spans: readonly Stored[], asked: URLSearchParams): object {
  const [start, end] = [Number(asked.get('start')) / 1000, Number(asked.get('end')) / 1000];
  const slower = Number(/^(\d+)ms$/.exec(asked.get('minDuration') ?? '0ms')?.[1] ?? 0);
  const onlyFailed = asked.get('tags') === '{"error":"true"}';
  const wanted = (span: Stored): boolean =>
    span.service === asked.get('service') &&
    (asked.get('operation') ?? span.name) === span.name &&
    startMs(span) >= start &&
    startMs(span) <= end &&
    durationMs(span) >= slower &&
    (!onlyFailed || failed(span));
  const ids = [...new Set(spans.filter(wanted).map(({ traceId }) => traceId))].slice(
    0,
    Number(asked.get('limit') ?? 20),
  );
  const data = ids.map((traceID) => {
    const all = spans.filter(({ traceId }) => traceId === traceID);
    const services = [...new Set(all.map(({ service }) => service))];
    return {
      traceID,
      spans: all.map((span) => ({
        traceID,
        spanID: span.spanId,
        operationName: span.name,
        references: span.parentSpanId ? [{ refType: 'CHILD_OF', traceID, spanID: span.parentSpanId }] : [],
        startTime: Math.round(startMs(span) * 1000),
        duration: Math.round(durationMs(span) * 1000),
        tags: failed(span) ? [{ key: 'error', type: 'bool', value: true }] : [],
        processID: `p${services.indexOf(span.service) + 1}`,
      })),
      processes: Object.fromEntries(services.map((serviceName, index) => [`p${index + 1}`, { serviceName }])),
    };
  });
  return { data, total: 0, limit: 0, offset: 0, errors: null };
}
