import { sawText } from '../../shared/run/saw.ts';
import { defineBlock } from './block.ts';
import { markup } from './html.ts';
import { fact, word } from './parts.ts';
import { standingOf } from './requirement.ts';

/** An automatic requirement, with the value that it saw. */
export const check = defineBlock({
  role: 'check',
  look({ scene, node }) {
    const { tone, check: result } = standingOf(scene, node);
    const words = { ok: 'holds', bad: 'does not hold', idle: 'not checked yet', skip: 'not checked' } as const;
    const base = { tone, shape: 'square', word: words[tone as keyof typeof words] } as const;
    if (!result) return { ...base, facts: [] };
    if (result.error) {
      return {
        ...base,
        facts: [fact('not evaluated')],
        line: markup`<span class="sb-why">${word(result.error, 200)}</span>`,
      };
    }
    const shown = word(sawText(result.saw), 40);
    return { ...base, facts: [fact(result.held ? shown : markup`saw ${shown}`)] };
  },
});
