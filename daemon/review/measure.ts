import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import { openFolderIndex } from '../graph-index/folder-index.ts';
import { pageKey } from '../graph/names.ts';
import type { Found, Limits, Ports } from './check.ts';
import { checks } from './checks/index.ts';
import { look } from './review.ts';

/** The file beside a graph's `pages` that says what is wrong with it, unless another one is named. */
export const LABELS = 'review-labels.json';

const labelFile = z.strictObject({
  /** The day on which the labels are right: ages and dates count from it. Today unless given. */
  now: z.iso.date().optional(),
  zone: z.string().optional(),
  /** Limits that are others than the usual ones (daemon/review/limits.ts). */
  limits: z
    .strictObject({
      required: z.record(z.string(), z.array(z.string())),
      staleDays: z.number(),
      incidentDays: z.number(),
      draftDays: z.number(),
      rehearsedDays: z.number(),
      longBlocks: z.number(),
      longCharacters: z.number(),
    })
    .partial()
    .optional(),
  /** What registry and tags have, by `package version`. */
  releases: z
    .record(z.string(), z.strictObject({ registry: z.boolean().nullable(), tag: z.boolean().nullable() }))
    .optional(),
  /** When workflows were rehearsed last, by title; null for never. */
  rehearsed: z.record(z.string(), z.iso.date().nullable()).optional(),
  /** Files of repositories, and how many lines each has. */
  files: z.record(z.string(), z.number()).optional(),
  /** The checks that were labelled; findings of others are not counted. All that are named below unless given. */
  checks: z.array(z.string()).optional(),
  /** Every finding that there should be. Without `about` it stands for all of that check on the page. */
  findings: z.array(z.strictObject({ check: z.string(), page: z.string(), about: z.string().optional() })),
});

type Label = z.infer<typeof labelFile>['findings'][number];

export interface Measured {
  check: string;
  /** How many labels there are, how many findings, and how many of those are right. */
  labelled: number;
  found: number;
  right: number;
  /** Share of the findings that are right, and of the labels that are found; 1 where there are none. */
  precision: number;
  recall: number;
  /** What was missed and what is wrong, each as a line. */
  missed: string[];
  wrong: string[];
}

/**
 * Reviews a labelled graph and says how often each check is right. The graph is read only. Throws `review.labels` for a label
 * file that is missing or cannot be read.
 */
export async function measureGraph(
  folder: string,
  labels = join(folder, LABELS),
  ports: Ports = {},
): Promise<Measured[]> {
  const given = readLabels(labels);
  const { index, settings } = await openFolderIndex(folder);
  const now = given.now === undefined ? Date.now() : Date.parse(`${given.now}T12:00:00Z`);
  const found = new Map<string, Found[]>(checks.map(({ check }) => [check, []]));
  const request = {
    settings,
    now,
    zone: given.zone ?? 'UTC',
    ...(given.limits && { limits: given.limits as Partial<Limits> }),
    ports: { ...ports, ...portsOf(given) },
  };
  for await (const { check, found: each } of look(index, request, [])) found.get(check.check)!.push(each);
  const wanted = new Set((given.checks ?? given.findings.map(({ check }) => check)).map(checkNamed));
  return checks
    .filter(({ check }) => wanted.has(check))
    .map(({ check }) =>
      compare(
        check,
        given.findings.filter((label) => checkNamed(label.check) === check),
        found.get(check)!,
      ),
    );
}

function readLabels(file: string): z.infer<typeof labelFile> {
  const refuse = (why: string, cause?: unknown): Error =>
    fail('invalid', 'review.labels', `The labels in ${file} cannot be read: ${why}`, { cause });
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : String(error), error);
  }
  const parsed = labelFile.safeParse(read);
  if (!parsed.success) throw refuse(z.prettifyError(parsed.error));
  for (const { check } of parsed.data.findings) {
    if (checkNamed(check) === undefined) {
      throw refuse(`there is no check called ${check}. There are ${checks.map((each) => each.check).join(', ')}.`);
    }
  }
  return parsed.data;
}

/** What a label calls a check: hyphens, underscores or blanks, singular or plural. */
function checkNamed(name: string): string | undefined {
  const bare = (text: string): string =>
    text
      .toLowerCase()
      .replace(/[^a-z]/g, '')
      .replace(/s$/, '');
  return checks.find(({ check }) => bare(check) === bare(name))?.check;
}

function portsOf({ releases, rehearsed, files }: z.infer<typeof labelFile>): Ports {
  return {
    ...(releases && {
      release: (ask) => Promise.resolve(releases[`${ask.package} ${ask.version}`] ?? { registry: null, tag: null }),
    }),
    ...(rehearsed && {
      rehearsed: (_hash, { header }) => {
        const day = rehearsed[header.title];
        return day === undefined || day === null ? null : Date.parse(day);
      },
    }),
    ...(files && {
      repositories: { file: (path) => (files[path] === undefined ? undefined : { lines: files[path] }) },
    }),
  };
}

/** Of two pages that are alike, either may be the one that is told. */
const PAIRS = new Set(['near-duplicate', 'case-twin']);

function compare(check: string, labels: readonly Label[], found: readonly Found[]): Measured {
  const left = new Set(found);
  const missed: string[] = [];
  let hit = 0;
  for (const label of labels) {
    const mine = found.filter((each) => isMeant(check, label, each));
    if (mine.length > 0) hit += 1;
    else missed.push(`${label.page}${label.about === undefined ? '' : `: ${label.about}`}`);
    for (const each of mine) left.delete(each);
  }
  const right = found.length - left.size;
  return {
    check,
    labelled: labels.length,
    found: found.length,
    right,
    precision: found.length === 0 ? 1 : right / found.length,
    recall: labels.length === 0 ? 1 : hit / labels.length,
    missed,
    wrong: Array.from(
      left,
      ({ page, about, message }) => `${page.name}${about === undefined ? '' : `: ${about}`} (${message})`,
    ),
  };
}

function isMeant(check: string, { page, about }: Label, found: Found): boolean {
  const names = [found.page.name, found.page.path ?? ''].map(pageKey);
  const others = [found.about ?? ''].map(pageKey);
  if (PAIRS.has(check)) {
    const both = new Set([...names, ...others]);
    return both.has(pageKey(page)) && (about === undefined || both.has(pageKey(about)));
  }
  if (!names.includes(pageKey(page))) return false;
  return (
    about === undefined || others.includes(pageKey(about)) || `${found.about ?? ''} ${found.message}`.includes(about)
  );
}

/** The figures as a table, and below it what was missed and what is wrong. */
export function measuredLines(measured: readonly Measured[], examples = 5): string[] {
  const percent = (share: number): string => share.toFixed(3);
  const width = Math.max(...measured.map(({ check }) => check.length), 5);
  const lines = [`${'check'.padEnd(width)}  labels  found  precision  recall`];
  for (const { check, labelled, found, precision, recall } of measured) {
    lines.push(
      `${check.padEnd(width)}  ${String(labelled).padStart(6)}  ${String(found).padStart(5)}  ${percent(precision).padStart(9)}  ${percent(recall).padStart(6)}`,
    );
  }
  for (const { check, missed, wrong } of measured) {
    for (const each of missed.slice(0, examples)) lines.push(`${check}, missed: ${each}`);
    for (const each of wrong.slice(0, examples)) lines.push(`${check}, wrong: ${each}`);
  }
  return lines;
}
