import { inputsOf, readValue } from '../inputs.ts';
import { isId } from '../identifier.ts';
import type { Check } from './check.ts';

/** Inputs have names that expressions can use, and defaults of their own type. */
export const inputs: Check = {
  name: 'inputs',
  run(subject) {
    const header = subject.nodes[0]!;
    for (const [name, input] of Object.entries(inputsOf(subject.definition))) {
      const setting = `inputs.${name}`;
      if (!isId(name)) {
        subject.report(
          header,
          'input.name',
          `“${name}” cannot name an input: write it in snake_case, beginning with a letter.`,
          { setting },
        );
      }
      if (input.type === 'enum' && !input.enum) {
        subject.report(header, 'input.enum', `The input “${name}” is an enum, so it needs its options: enum: [a, b].`, {
          setting,
        });
      }
      if (input.default !== undefined && readValue(input, input.default) === undefined) {
        subject.report(header, 'input.default', `The default of “${name}” does not fit its type.`, {
          setting: `${setting}.default`,
        });
      }
    }
  },
};
