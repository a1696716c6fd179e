import { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import type { JsonObject } from '../../shared/json.ts';
import { addressIn } from './source.ts';
import type { Grafana } from './sources.ts';
import { iso, type Range } from './time.ts';

const metric = z.record(z.string(), z.string());
const sample = z.tuple([z.number(), z.string()]);
const vector = z.union([z.array(z.object({ metric, value: sample })), sample]);
const matrix = z.array(z.object({ metric, values: z.array(sample) }));
const lines = z.array(
  z.object({ timestamp: z.union([z.string(), z.number()]), line: z.string(), labels: metric.default({}) }),
);

interface Asker {
  signal: AbortSignal;
}

/** PromQL at one moment: the result as Prometheus gives it. Throws as the server's tools do, and `grafana.not_understood`. */
export function promqlAt(
  { signal }: Asker,
  grafana: Grafana,
  query: string,
  at: number,
): Promise<z.infer<typeof vector>> {
  const args = (has: (name: string) => boolean): JsonObject => ({
    expr: query,
    queryType: 'instant',
    ...(has('startTime') ? { startTime: iso(at) } : { startRfc3339: iso(at) }),
    // Some versions ask at the end of a range.
    ...(has('startTime') && has('endTime') ? { endTime: iso(at) } : {}),
  });
  return read(vector, grafana, 'query_prometheus', args, signal);
}

/** PromQL over a range. Grafana knows whole seconds between two points only. */
export function promqlOver(
  { signal }: Asker,
  grafana: Grafana,
  query: string,
  range: Range,
): Promise<z.infer<typeof matrix>> {
  const { from, to, stepMs } = range;
  if (stepMs % 1_000 !== 0) {
    throw fail('invalid', 'range.too_fine', 'Through Grafana a step is a whole number of seconds. Take a longer one.');
  }
  const args = (has: (name: string) => boolean): JsonObject => ({
    expr: query,
    queryType: 'range',
    stepSeconds: stepMs / 1_000,
    ...(has('startTime')
      ? { startTime: iso(from), endTime: iso(to) }
      : { startRfc3339: iso(from), endRfc3339: iso(to) }),
  });
  return read(matrix, grafana, 'query_prometheus', args, signal);
}

/** More lines than these Grafana's server gives to nobody. */
export const MOST_THROUGH_GRAFANA = 100;

/** The newest lines of LogQL between two moments. */
export async function logqlLines(
  { signal }: Asker,
  grafana: Grafana,
  query: string,
  { from, to, limit }: { from: number; to: number; limit: number },
): Promise<{ at: bigint; text: string; labels: Record<string, string> }[]> {
  const args = (): JsonObject => ({
    logql: query,
    startRfc3339: iso(from),
    endRfc3339: iso(to),
    limit: Math.min(limit, MOST_THROUGH_GRAFANA),
    direction: 'backward',
  });
  const found = await read(lines, grafana, 'query_loki_logs', args, signal);
  return found.map(({ timestamp, line, labels }) => ({ at: nanoseconds(timestamp), text: line, labels }));
}

/** Where a person sees the same in Grafana, below its address. */
export function exploreLink(base: string, datasource: string, query: string, from: number, to: number): string {
  const left = JSON.stringify({
    datasource,
    queries: [{ refId: 'A', expr: query }],
    range: { from: iso(from), to: iso(to) },
  });
  return addressIn(base, '/explore', { left });
}

async function read<T>(
  shape: z.ZodType<T>,
  { server, datasource, ask }: Grafana,
  tool: string,
  args: (has: (name: string) => boolean) => JsonObject,
  signal: AbortSignal,
): Promise<T> {
  const answer = await ask(server, tool, (has) => ({ datasourceUid: datasource, ...args(has) }), signal);
  // Some versions put the result into a frame, with hints beside it.
  const framed = z.object({ data: z.json() }).safeParse(answer);
  const found = shape.safeParse(framed.success ? framed.data.data : answer);
  if (found.success) return found.data;
  throw fail(
    'invalid',
    'grafana.not_understood',
    `${tool} of the MCP server “${server}” answered something that is no result of it. Check which server that is.`,
  );
}

/** Loki's own time, or one that was written for people. */
function nanoseconds(timestamp: string | number): bigint {
  const text = String(timestamp);
  return /^\d+$/.test(text) ? BigInt(text) : BigInt(Date.parse(text)) * 1_000_000n;
}
