import { z } from 'zod';
import { fail } from '../../../shared/failure.ts';
import { postOf } from '../conversation.ts';
import { defineTool } from '../tool.ts';

/** Answers a question that was put to an agent. Which are, the engine decides, not the session. */
export const answer = defineTool({
  name: 'answer',
  description:
    'Answer a question of the stage that is put to an agent (from: agent). Gates and questions to people are not yours.',
  effect: 'write',
  needs: 'stage',
  input: z.strictObject({
    node: z
      .string()
      .optional()
      .meta({ description: 'As current_stage shows it; may be left out where only one question waits.' }),
    answer: z.json().meta({ description: 'A text, one of the options, or an object that fits the form.' }),
  }),
  async run({ node, answer: said }, conversation) {
    const { run, node: stage } = postOf(conversation);
    const { state } = conversation.place!;
    const open = [...state.waiting].filter((key) => key.startsWith(`${stage}/`) && state.nodes.get(key)?.ask);
    const mine = node === undefined ? open.filter((key) => state.nodes.get(key)?.ask?.from === 'agent') : [node];
    const [key] = mine;
    if (key === undefined || mine.length > 1 || !open.includes(key)) {
      const what =
        mine.length > 1 ? `Several wait: ${mine.join(', ')}. Name one as node.` : 'current_stage shows what does.';
      throw fail('not-found', 'agent.not_asked', `No question of this kind waits in this stage. ${what}`);
    }
    await conversation.means.engine.answer(run, key, said, conversation.by);
    return `Answered ${key}.`;
  },
});
