/** A measurement over a time, as the look actions give it. */
export interface Measure {
  name: string;
  available: boolean;
  found: boolean;
  peak: number | null;
  baseline: number | null;
  ratio: number | null;
  evidence: { finding: string };
}

export interface Findings {
  /** How full each resource was, from 0 to 1. */
  saturation: readonly Measure[];
  traffic: readonly Measure[];
  /** More than this is too full. */
  fullAbove: number;
  patterns: {
    available: boolean;
    evidence: { finding: string };
    /** Whether all of the time before was read. */
    compared: boolean;
    patterns: readonly { pattern: string; share: number; new: boolean; first: string }[];
  };
  traces: {
    available: boolean;
    evidence: { finding: string };
    operations: readonly { service: string; operation: string; share: number; count: number; failed: number }[];
  };
  /** What changed before it began. */
  changes: readonly { title: string; at: string }[];
  /** When it began, as far as known. */
  began: string | null;
}

export interface Proposed {
  id: string;
  statement: string;
  status: 'proposed' | 'supported' | 'refuted';
  for: string[];
  against: string[];
}

/** Half of all errors or of all time is most of what happens. */
const MOST = 0.5;
const SURGE = 2;
const CHANGE_WITHIN_MS = 3_600_000;

/**
 * What can be said about the cause from what was measured, by rules that anybody can check: each hypothesis with the findings
 * for and against it. Supported is what a finding shows by itself; proposed what fits and is not shown. The best comes first.
 */
export function hypothesesOf(findings: Findings): Proposed[] {
  const all = [
    ...findings.saturation.filter(({ available, found }) => available && found).map((each) => full(each, findings)),
    ...errors(findings),
    ...operations(findings),
    ...findings.traffic.filter(({ available, found }) => available && found).map(surge),
    ...findings.changes.flatMap((change, index) => changed(change, index, findings.began)),
  ];
  const rank = { supported: 0, proposed: 1, refuted: 2 };
  return all.sort((one, other) => rank[one.status] - rank[other.status] || other.for.length - one.for.length);
}

function full({ name, peak, evidence }: Measure, { fullAbove, patterns, traces }: Findings): Proposed {
  const isFull = peak !== null && peak >= fullAbove;
  // A log line or an operation that speaks of the same thing is one more reason.
  const words = wordsOf(name);
  const kin = (text: string): boolean => wordsOf(text).some((word) => words.includes(word));
  const also = [
    ...patterns.patterns
      .filter(({ pattern, share }) => share >= MOST && kin(pattern))
      .map(() => patterns.evidence.finding),
    ...traces.operations
      .slice(0, 1)
      .filter(({ operation, share }) => share >= MOST && kin(operation))
      .map(() => traces.evidence.finding),
  ];
  return {
    id: `full-${idOf(name)}`,
    statement: isFull ? `There is not enough of it: ${name} reaches its end.` : `${name} reaches its end.`,
    status: isFull ? 'supported' : 'refuted',
    for: isFull ? [evidence.finding, ...also] : [],
    against: isFull ? [] : [evidence.finding],
  };
}

function errors({ patterns: { available, compared, patterns, evidence } }: Findings): Proposed[] {
  const top = patterns[0];
  if (!available || !top || top.share < MOST) return [];
  return [
    {
      id: 'one-error',
      statement: `Most errors are one: “${top.pattern.replaceAll('<*>', '…').slice(0, 200)}”.`,
      // That it is the same error everywhere says what happens; that it is new says that it belongs to this.
      status: top.new ? 'supported' : 'proposed',
      for: [evidence.finding],
      against: top.new ? [] : [compared ? 'It was there before, too.' : 'Whether it was there before is not known.'],
    },
  ];
}

function operations({ traces: { available, operations: all, evidence } }: Findings): Proposed[] {
  const top = all[0];
  if (!available || !top || top.share < MOST) return [];
  return [
    {
      id: 'one-operation',
      statement: `The time goes into ${top.service} ${top.operation}.`,
      status: top.failed > 0 ? 'supported' : 'proposed',
      for: [evidence.finding],
      against: [],
    },
  ];
}

function surge({ ratio, evidence }: Measure): Proposed {
  if (ratio === null) {
    return {
      id: 'surge',
      statement: 'More requests came than usual.',
      status: 'proposed',
      for: [],
      against: ['What is usual was not measured.'],
    };
  }
  const more = ratio >= SURGE;
  return {
    id: 'surge',
    statement: 'More requests came than usual.',
    status: more ? 'supported' : 'refuted',
    for: more ? [evidence.finding] : [],
    against: more ? [] : [evidence.finding],
  };
}

function changed({ title, at }: Findings['changes'][number], index: number, began: string | null): Proposed[] {
  const [then, when] = [Date.parse(at), began === null ? NaN : Date.parse(began)];
  const before = when - then;
  if (Number.isNaN(before) || before < 0 || before > CHANGE_WITHIN_MS) return [];
  const minutes = Math.round(before / 60_000);
  return [
    {
      id: `change-${index + 1}`,
      statement: `A change brought it: ${title}.`,
      status: 'proposed',
      for: [`It came ${minutes} minutes before.`],
      against: ['Nothing but the time speaks for it.'],
    },
  ];
}

/** Words that mean something, without their endings. */
function wordsOf(text: string): string[] {
  const words = text.toLowerCase().match(/[a-z]{4,}/g) ?? [];
  return words.filter((word) => !COMMON.has(word)).map((word) => word.replace(/(?:ions?|s)$/, ''));
}

const COMMON = new Set([
  'from',
  'with',
  'that',
  'this',
  'share',
  'failed',
  'error',
  'errors',
  'requests',
  'request',
  'service',
]);

const idOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '') || 'resource';
