import { toFailure } from '../../failure.ts';
import type { Literal } from './paths.ts';
import { compile } from './program.ts';

/** An expression that reads a text in the way the function does. */
const TRIALS = {
  matches: '"".matches(given)',
  duration: 'duration(given)',
  timestamp: 'timestamp(given)',
} as const;

const WANTED = {
  matches: 'is no pattern',
  duration: 'is no duration. Write one such as 90s, 1h30m or 7d',
  timestamp: 'is no moment. Write one such as 2026-01-31T12:00:00Z',
} as const;

/** What is wrong with a text that a function is given; undefined when it can be read. */
export function literalTrouble({ given, text }: Literal): string | undefined {
  try {
    compile(TRIALS[given]).run({ given: text });
    return undefined;
  } catch (error) {
    const why = given === 'matches' ? /error parsing regexp: (.*?)\.?$/.exec(toFailure(error).message)?.[1] : undefined;
    return `“${text}” ${WANTED[given]}${why ? `: ${why}` : ''}.`;
  }
}
