import { z } from 'zod';
import { postOf } from '../conversation.ts';
import { defineTool } from '../tool.ts';

const LONGEST = 16_000;

/**
 * Has the run remember something. The key gets `agent.` in front: what an agent says cannot take the place of what a step
 * found out and a gate may rest on.
 */
export const remember = defineTool({
  name: 'remember',
  description: 'Have the run remember a value under a key (kept as agent.KEY), for later stages and the run page.',
  effect: 'repeatable',
  needs: 'stage',
  input: z.strictObject({
    key: z.string().regex(/^[\w.-]{1,100}$/, 'must be letters, digits, dots and hyphens, 100 at most'),
    value: z
      .json()
      .refine((value) => JSON.stringify(value).length <= LONGEST, 'is too long: 16,000 characters at most'),
  }),
  async run({ key, value }, conversation) {
    const { run, node } = postOf(conversation);
    const { journal, redact } = conversation.means;
    const name = `agent.${key.replace(/^agent\./, '')}`;
    const payload = { key: name, value: redact(value), by: conversation.by };
    await journal.append(run, [{ type: 'memory.added', node, payload }]);
    return `Remembered as ${name}.`;
  },
});
