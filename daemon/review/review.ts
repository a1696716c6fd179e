import type { GraphSettings } from '../graph-index/settings.ts';
import type { GraphIndex } from '../graph-index/graph-index.ts';
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

/** What each check finds, as it is found. */
export async function* look(
  graph: GraphIndex,
  { settings, now, zone, limits, ports = {}, checks = all }: ReviewRequest,
  notes: string[],
): AsyncGenerator<{ check: Check; found: Found }> {
  const subject: Subject = {
    graph,
    settings,
    now,
    today: new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' }).format(now),
    limits: limits ? { ...DEFAULT_LIMITS, ...limits } : DEFAULT_LIMITS,
    ports,
    note: (text) => notes.push(text),
  };
  for (const check of checks) for (const found of await check.run(subject)) yield { check, found };
}

function leftAlone(graph: GraphIndex): string[] {
  const counts = { org: 0, whiteboard: 0, beside: 0 };
  for (const { kind } of graph.pages()) if (kind !== 'page' && kind !== 'journal') counts[kind] += 1;
  const what = { org: 'org-mode files', whiteboard: 'whiteboards', beside: 'Markdown files beside the pages' };
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} ${what[kind as keyof typeof what]} were left alone; what they refer to counts.`);
}
