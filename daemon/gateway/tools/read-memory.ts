import { z } from 'zod';
import { memoryOfRun } from '../../journal/run-memory.ts';
import { attachedTo } from '../conversation.ts';
import { asJson, defineTool } from '../tool.ts';

const MOST = 50;

/** What the run remembers. */
export const readMemory = defineTool({
  name: 'read_memory',
  description: 'Read what the run remembers: one key, or what has all these words in it, or everything.',
  effect: 'read',
  needs: 'run',
  input: z.strictObject({ key: z.string().optional(), words: z.string().optional() }),
  run({ key, words = '' }, conversation) {
    const { state } = attachedTo(conversation);
    const { journal } = conversation.means;
    const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
    const row = journal.run(state.run);
    const found = (row ? memoryOfRun(journal, row) : []).filter((entry) => {
      if (key !== undefined && entry.key !== key) return false;
      const text = `${entry.key} ${JSON.stringify(entry.value)}`.toLowerCase();
      return wanted.every((word) => text.includes(word));
    });
    const shown = found
      .slice(0, MOST)
      .map(({ key: name, value, at }) => ({ key: name, value, at: new Date(at).toISOString() }));
    return { count: found.length, remembered: asJson(shown) };
  },
});
