import { inputsOf, readValue, wanted } from '../inputs.ts';
import { isId } from '../identifier.ts';
import type { Check } from './check.ts';

/** Inputs have names that expressions can use, options where they are a choice, and defaults of their own type. */
export const inputs: Check = {
  name: 'inputs',
  run({ definition, nodes, report }) {
    const header = nodes[0]!;
    for (const [name, input] of Object.entries(inputsOf(definition))) {
      const setting = `inputs.${name}`;
      if (!isId(name)) {
        const message = `“${name}” cannot name an input: write it in snake_case, beginning with a letter.`;
        report(header, 'input.name', message, { setting });
      }
      if (input.type === 'enum' && !input.enum) {
        const message = `The input “${name}” is a choice, so it needs its options: enum: [a, b].`;
        report(header, 'input.enum', message, { setting });
      } else if (input.enum && input.type !== undefined && input.type !== 'enum') {
        const message = `The input “${name}” is a choice of texts by its enum, so it is no ${input.type}. Remove one of the two.`;
        report(header, 'input.enum', message, { setting: `${setting}.type` });
      } else if (input.default !== undefined && readValue(input, input.default) === undefined) {
        const message = `The default of “${name}” must be ${wanted(input)}.`;
        report(header, 'input.default', message, { setting: `${setting}.default` });
      }
    }
  },
};
