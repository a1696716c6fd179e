import { evaluate } from '../shared/workflow/expression.ts';
import type { Bench } from './bench.ts';
import { median, round, timed } from './statistics.ts';

/** A pattern that costs a backtracking engine 2 to the power of the text's length. */
const PATTERN = '^(a+)+$';
const TEXT = `${'a'.repeat(10_000)}!`;

export const regex: Bench = {
  name: 'regex',
  summary: 'A catastrophic regular expression in a gate, on a text of 10,000 letters',
  async run() {
    const times: number[] = [];
    for (let n = 0; n < 9; n++) {
      times.push(
        await timed(() => {
          const held = evaluate(`inputs.text.matches('${PATTERN}')`, { inputs: { text: TEXT } });
          if (held !== false) throw new Error(`the expression gave ${JSON.stringify(held)}`);
        }),
      );
    }
    return [
      { what: 'the first time', value: round(times[0]!, 1), unit: 'ms', target: { atMost: 50 } },
      {
        what: 'each time after [core.language.regex]',
        value: round(median(times), 1),
        unit: 'ms',
        target: { atMost: 50 },
      },
    ];
  },
};
