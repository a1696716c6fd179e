import type { IncomingMessage, ServerResponse } from 'node:http';
import { RE2JS } from 're2js';
import { withFaults, type Faults } from './faults.ts';
import { listenOnLoopback } from './loopback.ts';
import { readBody } from './read-body.ts';

/** A stand-in for Loki: the push and query API over lines in memory. Queries are those that give lines; metrics of them it has not. */
export interface Loki {
  url: string;
  faults: Faults;
  /** Puts lines there as an agent would. */
  push(stream: Record<string, string>, lines: readonly { at: number; text: string }[]): Promise<void>;
  stop(): Promise<void>;
}

interface Entry {
  labels: Record<string, string>;
  /** Nanoseconds since the epoch. */
  at: bigint;
  line: string;
}

class BadQuery extends Error {}

export async function startLoki(): Promise<Loki> {
  const entries: Entry[] = [];
  const { listener, faults } = withFaults((request, response) => {
    serve(entries, request, response).catch((error: unknown) => {
      response.writeHead(error instanceof BadQuery ? 400 : 500, { 'content-type': 'text/plain' });
      response.end(error instanceof Error ? error.message : String(error));
    });
  });
  const { url, close } = await listenOnLoopback(listener);
  return {
    url,
    faults,
    stop: close,
    async push(stream, lines) {
      const values = lines.map(({ at, text }) => [`${at}000000`, text]);
      const answer = await fetch(`${url}/loki/api/v1/push`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ streams: [{ stream, values }] }),
      });
      if (!answer.ok) throw new Error(`The lines were not taken: ${answer.status}`);
    },
  };
}

async function serve(entries: Entry[], request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
  const answer = (body: unknown): void => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
  if (pathname === '/ready') return void response.end('ready\n');
  if (pathname === '/loki/api/v1/push') {
    const { streams } = JSON.parse(await readBody(request)) as {
      streams: { stream: Record<string, string>; values: [string, string][] }[];
    };
    for (const { stream, values } of streams)
      for (const [at, line] of values) entries.push({ labels: stream, at: BigInt(at), line });
    response.writeHead(204);
    return void response.end();
  }
  if (pathname === '/loki/api/v1/labels') {
    return answer({
      status: 'success',
      data: [...new Set(entries.flatMap(({ labels }) => Object.keys(labels)))].sort(),
    });
  }
  if (pathname !== '/loki/api/v1/query_range') {
    response.writeHead(404);
    return void response.end('404 page not found\n');
  }
  const wanted = compile(searchParams.get('query') ?? '');
  const [start, end] = [momentOf(searchParams.get('start')), momentOf(searchParams.get('end'))];
  const backward = (searchParams.get('direction') ?? 'backward') === 'backward';
  const order = (one: Entry, other: Entry): number => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0);
  const found = entries.filter((entry) => entry.at >= start && entry.at < end && wanted(entry)).sort(order);
  const limit = Number(searchParams.get('limit') ?? 100);
  const kept = (backward ? found.toReversed() : found).slice(0, limit);
  const streams = Map.groupBy(kept, ({ labels }) => JSON.stringify(labels));
  answer({
    status: 'success',
    data: {
      resultType: 'streams',
      result: [...streams].map(([labels, lines]) => ({
        stream: JSON.parse(labels) as unknown,
        values: lines.map(({ at, line }) => [String(at), line]),
      })),
      stats: {},
    },
  });
}

/** Nanoseconds, or seconds with a fraction, as Loki takes both. */
function momentOf(text: string | null): bigint {
  if (text === null) throw new BadQuery('start and end are needed here');
  // Loki takes times written for people, too.
  if (/^\d{4}-\d\d-\d\dT/.test(text)) return BigInt(Date.parse(text)) * 1_000_000n;
  return /^\d{16,}$/.test(text) ? BigInt(text) : BigInt(Math.round(Number(text) * 1e6)) * 1_000n;
}

const MATCHER = /^\s*([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*")\s*(,|$)/;
const FILTER = /^\s*(\|=|!=|\|~|!~)\s*("(?:[^"\\]|\\.)*"|`[^`]*`)/;

/** LogQL: a selector of streams, then filters of lines. */
function compile(query: string): (entry: Entry) => boolean {
  const selector = /^\s*\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\}([\s\S]*)$/.exec(query);
  if (!selector) throw new BadQuery('parse error at line 1, col 1: syntax error: unexpected IDENTIFIER');
  const tests: ((entry: Entry) => boolean)[] = [];
  let rest = selector[1]!;
  while (rest.trim() !== '') {
    const match = MATCHER.exec(rest);
    if (!match) throw new BadQuery(`parse error at line 1: syntax error near ${rest.trim().slice(0, 20)}`);
    const [all, name, operator, quoted] = match;
    const value = JSON.parse(quoted!) as string;
    const pattern = operator!.includes('~') ? patternOf(value) : undefined;
    tests.push(({ labels }) => {
      const has = labels[name!] ?? '';
      const same = pattern ? pattern.matches(has) : has === value;
      return operator!.startsWith('!') ? !same : same;
    });
    rest = rest.slice(all.length);
  }
  if (tests.length === 0) throw new BadQuery('queries require at least one regexp or equality matcher');
  for (rest = selector[2]!; rest.trim() !== '';) {
    const match = FILTER.exec(rest);
    if (!match) throw new BadQuery(`parse error at line 1: syntax error near ${rest.trim().slice(0, 20)}`);
    const [all, operator, quoted] = match;
    const value = quoted!.startsWith('`') ? quoted!.slice(1, -1) : (JSON.parse(quoted!) as string);
    const pattern = operator!.includes('~') ? patternOf(value) : undefined;
    tests.push(({ line }) => {
      const there = pattern ? pattern.matcher(line).find() : line.includes(value);
      return operator!.startsWith('!') ? !there : there;
    });
    rest = rest.slice(all.length);
  }
  return (entry) => tests.every((test) => test(entry));
}

function patternOf(text: string): RE2JS {
  try {
    return RE2JS.compile(text);
  } catch (error) {
    throw new BadQuery(`parse error: ${(error as Error).message}`);
  }
}
