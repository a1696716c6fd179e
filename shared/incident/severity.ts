/** How bad an incident is: P0 everybody at once … P3 a ticket. */
export const LEVELS = ['P0', 'P1', 'P2', 'P3'] as const;
export type Level = (typeof LEVELS)[number];

/** What an incident is taken for whose alert does not say how bad it is. */
export const DEFAULT_LEVEL: Level = 'P2';

export interface Severity {
  level: Level;
  /** Whether the text said it, or the default was taken. */
  known: boolean;
  /** One sentence, without its full stop. */
  why: string;
}

const WORDS: Readonly<Record<Level, readonly string[]>> = {
  P0: ['p0', 'sev0', 'emergency', 'disaster', 'fatal'],
  P1: ['p1', 'sev1', 'critical', 'crit', 'page', 'high', 'major'],
  P2: ['p2', 'sev2', 'warning', 'warn', 'error', 'medium', 'minor', 'average'],
  P3: [
    'p3',
    'sev3',
    'p4',
    'sev4',
    'p5',
    'sev5',
    'info',
    'information',
    'informational',
    'low',
    'notice',
    'ticket',
    'none',
  ],
};

/** The level that a source's own word means; for an unknown word, or none, the default, which says so. */
export function severityOf(text: string): Severity {
  const word = text
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, '');
  const level = LEVELS.find((each) => WORDS[each].includes(word));
  if (level) return { level, known: true, why: `the source says ${text.trim()}` };
  const why =
    word === ''
      ? 'the source does not say how bad it is'
      : `the source says “${text.trim().slice(0, 40)}”, a word that is not known here`;
  return { level: DEFAULT_LEVEL, known: false, why: `${why}, so it is taken for ${DEFAULT_LEVEL}` };
}

/** Whether people are called by it, at whatever hour. */
export function callsPeople(level: Level): boolean {
  return level <= 'P1';
}

/** The worse of two. */
export function worse(one: Level, other: Level): Level {
  return one < other ? one : other;
}
