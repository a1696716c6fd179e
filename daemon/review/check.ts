import { hash } from 'node:crypto';
import type { Json } from '../../shared/json.ts';
import type { Definition } from '../../shared/workflow/definition.ts';
import type { Catalogue } from '../../shared/workflow/role.ts';
import type { PageFacts, Place } from '../graph-index/facts.ts';
import type { GraphIndex } from '../graph-index/graph-index.ts';
import type { GraphSettings } from '../graph-index/settings.ts';
import { pageKey } from '../graph/names.ts';
import type { CheckInfo, Finding, Fix, Severity } from './finding.ts';

/** One thing that a check found, before it is ranked and named. */
export interface Found {
  page: PageFacts;
  /** Where on it; the page as a whole without. */
  place?: Place;
  /**
   * What of the page it is about (a name, a uuid, a path): with check and page it tells the finding from others, whatever is
   * edited elsewhere.
   */
  about?: string;
  message: string;
  /** The check's own unless given. */
  severity?: Severity;
  /** How many things depend on it, where that is not how many depend on the page. */
  weight?: number;
  since?: number;
  fix?: Fix;
}

/** One check of the review: a file that exports this, and a line in `checks/index.ts`. */
export type Check = CheckInfo & { severity: Severity } & (PageCheck | GraphCheck);

/** Finds what is so on one page. What was found is remembered while the page stays as it is, and the day. */
export interface PageCheck {
  /** Looks at the page and the day only; and at which names there are, where it says so in `names`. */
  onPage(page: PageFacts, subject: Subject): Found[];
  names?: true;
}

/** Finds what is so in the graph now. Reads the index and asks the ports it is given; changes nothing. */
export interface GraphCheck {
  run(subject: Subject): Iterable<Found> | Promise<Iterable<Found>>;
}

export function defineCheck(check: Check): Check {
  return check;
}

/** What checks look at. */
export interface Subject {
  graph: GraphIndex;
  settings: GraphSettings;
  /** Milliseconds since the epoch. */
  now: number;
  /** `YYYY-MM-DD` where the reader is. */
  today: string;
  limits: Limits;
  ports: Ports;
  /** Says what a check could not look at, and why. */
  note(text: string): void;
}

/** From when on something is worth a finding. */
export interface Limits {
  /** Properties that a page of a type must have, besides those that the type's own page names. */
  required: Readonly<Record<string, readonly string[]>>;
  /** A page is stale after so many days when one other depends on it, and earlier the more do. */
  staleDays: number;
  incidentDays: number;
  draftDays: number;
  rehearsedDays: number;
  longBlocks: number;
  longCharacters: number;
}

/** Who knows what the graph does not. A check whose port is missing says that it was not checked. */
export interface Ports {
  /** What can be named on a workflow's page. */
  catalogue?: Catalogue;
  /** The workflows that are not on pages of the graph: those shipped with Stagebook. */
  workflows?(): Iterable<Definition>;
  /** When a workflow was rehearsed last, in milliseconds since the epoch; null when never. */
  rehearsed?(hash: string, definition: Definition, pages: Readonly<Record<string, Definition>>): number | null;
  /** Which of a release's three facts there are; null where nobody can say now. */
  release?(ask: ReleaseQuestion): Promise<ReleaseStanding>;
  /** Files of configured repositories. */
  repositories?: Repositories;
  /** Whether a pull request (`owner/name#number`) exists; null where nobody can say. */
  pull?(name: string): Promise<boolean | null>;
}

export interface ReleaseQuestion {
  package: string;
  version: string;
  tag: string | undefined;
  ecosystem: string | undefined;
  repository: string | undefined;
}

export interface ReleaseStanding {
  registry: boolean | null;
  tag: boolean | null;
}

export interface Repositories {
  /** Whether a path, as a page writes it, is that of a file; how many lines the file has. */
  file(path: string): { lines: number } | undefined;
  /** Whether a name stands anywhere in a file; true where it cannot be said. */
  says?(path: string, name: string): boolean;
}

/**
 * What tells tasks of one page from each other: what they say, counted where several say the same. A block's uuid would not be
 * the same by every way to a graph: in a file only some blocks have one.
 */
export function toldApart(): (text: string) => string {
  const counts = new Map<string, number>();
  return (text) => {
    const count = (counts.get(text) ?? 0) + 1;
    counts.set(text, count);
    return count === 1 ? text : `${text} ${count}`;
  };
}

/** The finding of a check. Its id is the same over runs, ways to the graph, and edits elsewhere. */
export function toFinding(check: Check, found: Found, graph: GraphIndex): Finding {
  const { page, place, about, message, severity, weight, since, fix } = found;
  return {
    id: findingId(check.check, page.name, about ?? ''),
    check: check.check,
    severity: severity ?? check.severity,
    page: page.name,
    ...(place?.uuid !== undefined && { block: place.uuid }),
    ...(place?.line !== undefined && { line: place.line }),
    message,
    weight: weight ?? graph.weight(page),
    ...(since !== undefined && { since }),
    ...(fix && { fix }),
  };
}

function findingId(check: string, page: string, about: string): string {
  return hash('sha256', JSON.stringify([check, pageKey(page), about] satisfies Json)).slice(0, 20);
}

/** What a check about other pages than this one asks of many: each that is reviewed, with what is found on it. */
export function eachPage(find: (page: PageFacts, subject: Subject) => Iterable<Found>): GraphCheck['run'] {
  return function* (subject) {
    for (const page of subject.graph.reviewed()) yield* find(page, subject);
  };
}

/** The same of those only that have something of a kind: most pages have not. */
export function eachPageWith(
  part: Parameters<GraphIndex['having']>[0],
  find: (page: PageFacts, subject: Subject) => Iterable<Found>,
): GraphCheck['run'] {
  return function* (subject) {
    for (const page of subject.graph.reviewedHaving(part)) yield* find(page, subject);
  };
}
