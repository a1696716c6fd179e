/** Lines that differ only in numbers, names and the like. */
export interface Pattern {
  /** The line with `<*>` for what differs. */
  pattern: string;
  count: number;
  /** The first of them, as it was written. */
  example: string;
  /** Milliseconds since the epoch. */
  first: number;
  last: number;
}

/** So many lines of one pattern are one of another when at least this share of their words is the same. */
const ALIKE = 0.6;
const WILD = '<*>';
/** Longer lines are stack traces and payloads: their beginning says what they are. */
const WORDS = 60;
const LONGEST = 2_000;

/** A pattern as people read it in a sentence: what differs is left out. */
export function inWords(pattern: string): string {
  return pattern.replaceAll(WILD, '…');
}

interface Cluster extends Pattern {
  words: string[];
}

/**
 * Clusters lines by pattern, the most frequent first. Numbers, ids, addresses, times and quoted texts differ without making
 * a line another one; words that differ do, unless most of the line is the same.
 */
export function patternsOf(lines: readonly { at: number; text: string }[]): Pattern[] {
  const exact = new Map<string, Cluster>();
  for (const { at, text } of lines) {
    const words = masked(messageOf(text));
    const pattern = words.join(' ');
    const known = exact.get(pattern);
    if (known) {
      known.count += 1;
      known.first = Math.min(known.first, at);
      known.last = Math.max(known.last, at);
    } else exact.set(pattern, { pattern, words, count: 1, example: text.slice(0, 500), first: at, last: at });
  }
  const clusters: Cluster[] = [];
  const byFrequency = (one: Pattern, other: Pattern): number =>
    other.count - one.count || (one.pattern < other.pattern ? -1 : 1);
  for (const each of [...exact.values()].sort(byFrequency)) {
    const kin = clusters.find((cluster) => alike(cluster.words, each.words));
    if (!kin) {
      clusters.push(each);
      continue;
    }
    kin.words = kin.words.map((word, index) => (word === each.words[index] ? word : WILD));
    kin.pattern = kin.words.join(' ');
    kin.count += each.count;
    kin.first = Math.min(kin.first, each.first);
    kin.last = Math.max(kin.last, each.last);
  }
  return clusters.sort(byFrequency).map(({ words: _, ...pattern }) => pattern);
}

function alike(one: readonly string[], other: readonly string[]): boolean {
  // The first word says who speaks or what it is about: lines that begin otherwise are others.
  if (one.length !== other.length || one.length < 3 || one[0] !== other[0]) return false;
  const same = one.filter((word, index) => word === other[index] && word !== WILD).length;
  return same / one.length >= ALIKE;
}

/** What the line says, without the frame that a logger puts around it: of JSON and logfmt their message. */
function messageOf(line: string): string {
  const text = line.trim().slice(0, LONGEST);
  if (text.startsWith('{')) {
    try {
      const fields = JSON.parse(line) as Record<string, unknown>;
      const said = [fields.msg ?? fields.message, fields.error ?? fields.err].filter((one) => typeof one === 'string');
      if (said.length > 0) return said.join(': ').slice(0, LONGEST);
    } catch {
      // It only looks like JSON.
    }
  }
  const logfmt = /(?:^|\s)(?:msg|message)=(?:"((?:[^"\\]|\\.)*)"|(\S+))/.exec(text);
  return logfmt ? (logfmt[1] ?? logfmt[2]!).replaceAll('\\"', '"') : text;
}

/** What differs from line to line by its form. Each is linear in the line. */
const VARIABLE: readonly RegExp[] = [
  /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?/g,
  /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi,
  /"[^"]{0,300}"|'[^']{0,300}'/g,
  /\b(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?\b/g,
  /\b0x[0-9a-f]+\b/gi,
  /\b(?=[0-9a-f]{0,64}\d)[0-9a-f]{8,64}\b/gi,
  /[-+]?\b\d+(?:[.,:]\d+)*(?:ns|us|µs|ms|s|m|h|%|kb|mb|gb|b)?\b/gi,
];

function masked(message: string): string[] {
  let text = message;
  for (const form of VARIABLE) text = text.replace(form, WILD);
  return text.split(/\s+/, WORDS).filter((word) => word !== '');
}
