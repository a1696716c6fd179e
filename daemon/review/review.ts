import type { GraphSettings } from '../graph-index/settings.ts';
import type { PageFacts } from '../graph-index/facts.ts';
import type { GraphIndex } from '../graph-index/graph-index.ts';
import { pageKey } from '../graph/names.ts';
import { toFinding, type Check, type Found, type Limits, type Ports, type Subject } from './check.ts';
import { checks as all } from './checks/index.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { SEVERITIES, type Finding } from './finding.ts';

export interface ReviewRequest {
  settings: GraphSettings;
  /** Milliseconds since the epoch. */
  now: number;
  /** IANA zone of the reader: it says which day it is. */
  zone: string;
  limits?: Partial<Limits>;
  ports?: Ports;
  checks?: readonly Check[];
}

export interface Reviewed {
  /** What more depends on first. */
  findings: Finding[];
  /** What was not checked and why, and what of the graph was left alone. */
  notes: string[];
}

/** Reviews a graph as its index has it. Pure but for what the ports ask outside: the same index gives the same findings. */
export async function reviewGraph(graph: GraphIndex, request: ReviewRequest): Promise<Reviewed> {
  const notes: string[] = [];
  const findings: Finding[] = [];
  const seen = new Set<string>();
  for await (const { check, found } of look(graph, request, notes)) {
    const finding = toFinding(check, found, graph);
    // One thing is told once, wherever it was found twice.
    if (seen.has(finding.id)) continue;
    seen.add(finding.id);
    findings.push(finding);
  }
  findings.sort(
    (one, other) =>
      other.weight - one.weight ||
      SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity) ||
      (one.page < other.page ? -1 : one.page > other.page ? 1 : one.id < other.id ? -1 : 1),
  );
  for (const { about, text } of graph.notes.values()) notes.push(`${about}: ${text}`);
  notes.push(...leftAlone(graph));
  return { findings, notes };
}

/** A finding once more, as one check finds it on its page now; undefined when it is no longer found. Remembers nothing. */
export async function findAgain(
  graph: GraphIndex,
  request: ReviewRequest,
  { id, check: name, page }: Pick<Finding, 'id' | 'check' | 'page'>,
): Promise<Finding | undefined> {
  const check = (request.checks ?? all).find((each) => each.check === name);
  if (!check) return undefined;
  const subject = subjectOf(graph, request, []);
  const found =
    'onPage' in check
      ? graph.named(pageKey(page)).flatMap((each) => check.onPage(each, subject))
      : await check.run(subject);
  for (const each of found) {
    const finding = toFinding(check, each, graph);
    if (finding.id === id) return finding;
  }
  return undefined;
}

/** What each check finds, as it is found. */
export async function* look(
  graph: GraphIndex,
  request: ReviewRequest,
  notes: string[],
): AsyncGenerator<{ check: Check; found: Found }> {
  const { checks = all } = request;
  const subject = subjectOf(graph, request, notes);
  yield* onPages(subject, checks);
  for (const check of checks) {
    if ('run' in check) for (const found of await check.run(subject)) yield { check, found };
  }
}

function subjectOf(
  graph: GraphIndex,
  { settings, now, zone, limits, ports = {} }: ReviewRequest,
  notes: string[],
): Subject {
  return {
    graph,
    settings,
    now,
    today: new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' }).format(now),
    limits: limits ? withUsual(limits) : DEFAULT_LIMITS,
    ports,
    note: (text) => notes.push(text),
  };
}

/** What was found on a page by the checks that look at one page only. */
interface Kept {
  day: string;
  limits: Limits;
  names: number;
  checks: readonly Check[];
  found: readonly { check: Check; found: Found }[];
}
const kept = new WeakMap<PageFacts, Kept>();
const NOTHING: Kept['found'] = [];

function* onPages(subject: Subject, checks: readonly Check[]): Generator<{ check: Check; found: Found }> {
  const { graph, today, limits } = subject;
  for (const page of graph.reviewed()) {
    const before = kept.get(page);
    const same = before?.day === today && before.limits === limits && before.checks === checks ? before : undefined;
    if (same?.names === graph.namesVersion) {
      yield* same.found;
      continue;
    }
    let found: { check: Check; found: Found }[] | undefined;
    for (const check of checks) {
      if (!('onPage' in check)) continue;
      // Other names are no news for most checks.
      if (same && !check.names) for (const each of same.found) if (each.check === check) (found ??= []).push(each);
      if (!same || check.names)
        for (const each of check.onPage(page, subject)) (found ??= []).push({ check, found: each });
    }
    kept.set(page, { day: today, limits, names: graph.namesVersion, checks, found: found ?? NOTHING });
    if (found) yield* found;
  }
}

const completed = new WeakMap<Partial<Limits>, Limits>();

/** The same object for the same limits: what was found under them is remembered. */
function withUsual(limits: Partial<Limits>): Limits {
  let whole = completed.get(limits);
  if (!whole) completed.set(limits, (whole = { ...DEFAULT_LIMITS, ...limits }));
  return whole;
}

function leftAlone(graph: GraphIndex): string[] {
  const counts = { org: 0, whiteboard: 0, beside: 0 };
  // Of what was not read there is a note each.
  for (const { kind } of graph.pages())
    if (kind === 'org' || kind === 'whiteboard' || kind === 'beside') counts[kind] += 1;
  const what = {
    org: ['org-mode file', 'org-mode files'],
    whiteboard: ['whiteboard', 'whiteboards'],
    beside: ['Markdown file beside the pages', 'Markdown files beside the pages'],
  } as const;
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => {
      const [one, more] = what[kind as keyof typeof what];
      return count === 1
        ? `One ${one} was left alone; what it refers to counts.`
        : `${count} ${more} were left alone; what they refer to counts.`;
    });
}
