import { z } from 'zod';
import { StagebookError } from '../../shared/failure.ts';
import { exploreLink, logqlLines, MOST_THROUGH_GRAFANA } from './grafana.ts';
import { addressIn, askSource, sourceOf, type Looker } from './source.ts';
import { iso } from './time.ts';

const answer = z.object({
  status: z.literal('success'),
  data: z.discriminatedUnion('resultType', [
    z.object({
      resultType: z.literal('streams'),
      result: z.array(
        z.object({
          stream: z.record(z.string(), z.string()),
          // A third item carries structured metadata.
          values: z.array(z.tuple([z.string().regex(/^\d+$/), z.string()], z.unknown())),
        }),
      ),
    }),
    z.object({ resultType: z.literal('matrix'), result: z.array(z.unknown()) }),
  ]),
});

export interface LogLine {
  /** Milliseconds since the epoch. */
  at: number;
  text: string;
  labels: Record<string, string>;
}

interface Wanted {
  from: number;
  to: number;
  limit: number;
}

/** Where so many lines are too much to be read at once, so many times fewer are asked for. */
const FEWER = 10;

/**
 * The newest `limit` lines of a LogQL query between two moments, oldest first; of very long lines fewer. `limit` of the answer is
 * how many were asked for at last: with as many there may be more. Throws as `askSource` does.
 */
export async function logLines(
  context: Looker,
  query: string,
  wanted: Wanted,
): Promise<{ lines: LogLine[]; limit: number }> {
  const { limit } = wanted;
  try {
    return { lines: await linesOf(context, query, wanted), limit };
  } catch (error) {
    if (limit === 1 || !(error instanceof StagebookError) || error.code !== 'network.too_large') throw error;
    return logLines(context, query, { ...wanted, limit: Math.ceil(limit / FEWER) });
  }
}

async function linesOf(context: Looker, query: string, { from, to, limit }: Wanted): Promise<LogLine[]> {
  const { grafana } = sourceOf(context, 'loki');
  if (grafana) {
    const found = await logqlLines(context, grafana, query, { from, to, limit });
    return inOrder(found.map(({ at, text, labels }) => ({ order: at, line: lineOf(at, text, labels) })));
  }
  const { data } = await askSource(context, 'loki', answer, {
    path: '/loki/api/v1/query_range',
    query: { query, start: nanoseconds(from), end: nanoseconds(to), limit: String(limit), direction: 'backward' },
  });
  if (data.resultType !== 'streams') return [];
  return inOrder(
    data.result.flatMap(({ stream, values }) =>
      values.map(([at, text]) => ({ order: BigInt(at), line: lineOf(BigInt(at), text, stream) })),
    ),
  );
}

/** How many lines are read at most where so many are wanted: Grafana gives fewer. */
export function mostLines(context: Looker, wanted: number): number {
  return context.services.config.sources?.loki?.grafana ? Math.min(wanted, MOST_THROUGH_GRAFANA) : wanted;
}

function lineOf(at: bigint, text: string, labels: Record<string, string>): LogLine {
  return { at: Number(at / 1_000_000n), text, labels };
}

function inOrder(lines: { order: bigint; line: LogLine }[]): LogLine[] {
  return lines
    .sort((one, other) =>
      one.order < other.order ? -1 : one.order > other.order ? 1 : one.line.text < other.line.text ? -1 : 1,
    )
    .map(({ line }) => line);
}

const nanoseconds = (at: number): string => `${Math.round(at)}000000`;

/** Where a person sees the same lines in Grafana, when `ui` names one; else the question itself. */
export function lokiLink(context: Looker, query: string, from: number, to: number): string {
  const source = context.services.config.sources?.loki;
  if (!source) return '';
  if (source.grafana) {
    return source.ui === undefined ? '' : exploreLink(source.ui, source.grafana.datasource, query, from, to);
  }
  if (source.ui === undefined) {
    return addressIn(source.url, '/loki/api/v1/query_range', { query, start: nanoseconds(from), end: nanoseconds(to) });
  }
  const left = JSON.stringify({ queries: [{ refId: 'A', expr: query }], range: { from: iso(from), to: iso(to) } });
  return addressIn(source.ui, '/explore', { left });
}
