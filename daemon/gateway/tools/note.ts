import { z } from 'zod';
import { postOf } from '../conversation.ts';
import { defineTool } from '../tool.ts';

/** A line in the timeline of the run. */
export const note = defineTool({
  name: 'note',
  description: 'Add a line to the timeline of the run, under your name.',
  effect: 'repeatable',
  needs: 'stage',
  input: z.strictObject({
    text: z.string().trim().min(1).max(1_000),
    evidence: z.json().optional().meta({ description: 'What it rests on: a value, or an object with a url.' }),
  }),
  async run({ text, evidence }, conversation) {
    const { run, node } = postOf(conversation);
    const { journal, redact } = conversation.means;
    const line = text.replace(/\s+/g, ' ');
    const payload = redact({ text: line, by: conversation.by, ...(evidence === undefined ? {} : { evidence }) });
    await journal.append(run, [{ type: 'note.added', node, payload }]);
    return 'It stands in the timeline.';
  },
});
