import { fail } from '../../shared/failure.ts';
import { z } from 'zod';
import { addressIn, askSource, sourceOf, type Looker } from './source.ts';

/** One span, whichever store it comes from. */
export interface Span {
  trace: string;
  id: string;
  parent: string;
  service: string;
  operation: string;
  /** Milliseconds since the epoch. */
  startMs: number;
  durationMs: number;
  failed: boolean;
}

export interface TraceQuestion {
  service: string;
  operation?: string;
  from: number;
  to: number;
  /** Only traces with a span of the service that lasted as long. */
  slowerThanMs?: number;
  /** Only traces with a span of the service that failed. */
  failed?: boolean;
  limit: number;
}

/** Which API the configured store speaks. */
function spoken(context: Looker): 'tempo' | 'jaeger' {
  return sourceOf(context, 'traces').speaks ?? 'tempo';
}

/** The spans of the traces that a question finds. Throws as `askSource` does. */
export async function findSpans(context: Looker, question: TraceQuestion): Promise<Span[]> {
  return spoken(context) === 'jaeger' ? fromJaeger(context, question) : fromTempo(context, question);
}

/** The question as the store itself would be asked: for evidence. */
export function questionText(context: Looker, question: TraceQuestion): string {
  try {
    return spoken(context) === 'jaeger' ? `/api/traces?${jaegerQuery(question).toString()}` : traceQl(question);
  } catch {
    return traceQl(question);
  }
}

export function tracesLink(context: Looker, trace?: string): string {
  const source = context.services.config.sources?.traces;
  if (!source) return '';
  const base = source.ui ?? source.url;
  if (trace === undefined) return base;
  return addressIn(base, source.speaks === 'jaeger' ? `/trace/${trace}` : `/api/traces/${trace}`);
}

const jaegerAnswer = z.object({
  data: z.array(
    z.object({
      traceID: z.string(),
      spans: z.array(
        z.object({
          spanID: z.string(),
          operationName: z.string(),
          references: z.array(z.object({ refType: z.string(), spanID: z.string() })).default([]),
          startTime: z.number(),
          duration: z.number(),
          tags: z.array(z.object({ key: z.string(), value: z.unknown() })).default([]),
          processID: z.string(),
        }),
      ),
      processes: z.record(z.string(), z.object({ serviceName: z.string() })),
    }),
  ),
});

async function fromJaeger(context: Looker, question: TraceQuestion): Promise<Span[]> {
  const { data } = await askSource(context, 'traces', jaegerAnswer, {
    path: '/api/traces',
    query: Object.fromEntries(jaegerQuery(question)),
  });
  return data.flatMap(({ traceID, spans, processes }) =>
    spans.map((span) => ({
      trace: traceID,
      id: span.spanID,
      parent: span.references.find(({ refType }) => refType === 'CHILD_OF')?.spanID ?? '',
      service: processes[span.processID]?.serviceName ?? '',
      operation: span.operationName,
      startMs: span.startTime / 1000,
      durationMs: span.duration / 1000,
      failed: span.tags.some(
        ({ key, value }) =>
          (key === 'error' && String(value) === 'true') || (key === 'otel.status_code' && value === 'ERROR'),
      ),
    })),
  );
}

/** Throws `traces.no_service`: Jaeger knows traces by their service only. */
function jaegerQuery({ service, operation, from, to, slowerThanMs, failed, limit }: TraceQuestion): URLSearchParams {
  if (service === '')
    throw fail('invalid', 'traces.no_service', 'Jaeger can only be asked about a named service, and nobody named one.');
  return new URLSearchParams({
    service,
    ...(operation === undefined ? {} : { operation }),
    start: String(Math.round(from * 1000)),
    end: String(Math.round(to * 1000)),
    limit: String(limit),
    ...(slowerThanMs === undefined ? {} : { minDuration: `${slowerThanMs}ms` }),
    ...(failed ? { tags: '{"error":"true"}' } : {}),
  });
}

const tempoSearch = z.object({ traces: z.array(z.object({ traceID: z.string() })).default([]) });

const attributes = z
  .array(z.object({ key: z.string(), value: z.object({ stringValue: z.string().optional() }) }))
  .default([]);
const otlpSpan = z.object({
  spanId: z.string(),
  parentSpanId: z.string().default(''),
  name: z.string(),
  startTimeUnixNano: z.union([z.string(), z.number()]),
  endTimeUnixNano: z.union([z.string(), z.number()]),
  status: z.object({ code: z.union([z.string(), z.number()]).optional() }).optional(),
});
const batches = z.array(
  z.object({
    resource: z.object({ attributes }).optional(),
    scopeSpans: z.array(z.object({ spans: z.array(otlpSpan) })).default([]),
  }),
);
const tempoTrace = z.object({ batches: batches.optional(), resourceSpans: batches.optional() });

async function fromTempo(context: Looker, question: TraceQuestion): Promise<Span[]> {
  const { traces } = await askSource(context, 'traces', tempoSearch, {
    path: '/api/search',
    query: {
      q: traceQl(question),
      start: String(Math.floor(question.from / 1000)),
      end: String(Math.ceil(question.to / 1000)),
      limit: String(question.limit),
    },
  });
  const whole = await Promise.all(
    traces.slice(0, question.limit).map(async ({ traceID }) => {
      const trace = await askSource(context, 'traces', tempoTrace, {
        path: `/api/traces/${encodeURIComponent(traceID)}`,
      });
      return (trace.batches ?? trace.resourceSpans ?? []).flatMap(({ resource, scopeSpans }) => {
        const service = resource?.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? '';
        return scopeSpans.flatMap(({ spans }) => spans.map((span) => ofOtlp(span, traceID, service)));
      });
    }),
  );
  return whole.flat();
}

function ofOtlp(span: z.infer<typeof otlpSpan>, trace: string, service: string): Span {
  const startMs = Number(span.startTimeUnixNano) / 1e6;
  return {
    trace,
    id: span.spanId,
    parent: span.parentSpanId,
    service,
    operation: span.name,
    startMs,
    durationMs: Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / 1e6,
    failed: span.status?.code === 2 || span.status?.code === 'STATUS_CODE_ERROR',
  };
}

function traceQl({ service, operation, slowerThanMs, failed }: TraceQuestion): string {
  const parts = [
    ...(service === '' ? [] : [`resource.service.name = ${JSON.stringify(service)}`]),
    ...(operation === undefined ? [] : [`name = ${JSON.stringify(operation)}`]),
    ...(slowerThanMs === undefined ? [] : [`duration > ${slowerThanMs}ms`]),
    ...(failed ? ['status = error'] : []),
  ];
  return `{ ${parts.join(' && ')} }`;
}

/** What one operation of one service cost, over several traces. */
export interface OperationCost {
  service: string;
  operation: string;
  count: number;
  failed: number;
  /** Of all its spans, in milliseconds. */
  medianMs: number;
  maxMs: number;
  /** Time in itself and not in what it called, as a share of that of all operations. */
  share: number;
  /** The slowest of them. */
  example: string;
}

/** Where the time of some traces was spent, by operation: what costs most first. */
export function costs(spans: readonly Span[]): OperationCost[] {
  const key = (trace: string, id: string): string => `${trace} ${id}`;
  const below = new Map<string, number>();
  for (const { trace, parent, durationMs } of spans) {
    if (parent !== '') below.set(key(trace, parent), (below.get(key(trace, parent)) ?? 0) + durationMs);
  }
  const groups = new Map<string, { spans: Span[]; self: number }>();
  for (const span of spans) {
    const name = JSON.stringify([span.service, span.operation]);
    const group = groups.get(name) ?? { spans: [], self: 0 };
    groups.set(name, group);
    group.spans.push(span);
    // Children that ran at once can add up to more than their parent.
    group.self += Math.max(0, span.durationMs - (below.get(key(span.trace, span.id)) ?? 0));
  }
  const whole = [...groups.values()].reduce((sum, { self }) => sum + self, 0);
  return [...groups.values()]
    .map(({ spans: all, self }) => {
      const byTime = all.toSorted((one, other) => one.durationMs - other.durationMs);
      const slowest = byTime.at(-1)!;
      return {
        service: slowest.service,
        operation: slowest.operation,
        count: all.length,
        failed: all.filter(({ failed }) => failed).length,
        medianMs: byTime[Math.floor((byTime.length - 1) / 2)]!.durationMs,
        maxMs: slowest.durationMs,
        share: whole === 0 ? 0 : self / whole,
        example: slowest.trace,
      };
    })
    .sort((one, other) => other.share - one.share || (one.operation < other.operation ? -1 : 1));
}
