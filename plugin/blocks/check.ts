import { isObject, type Json } from '../../shared/json.ts';
import { defineBlock } from './block.ts';
import { markup } from './html.ts';
import { fact, value, word } from './parts.ts';
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
    const seen = only(result.saw);
    const shown = value(seen);
    return { ...base, facts: [fact(result.held ? shown : markup`saw ${shown}`)] };
  },
});

/** A check of one name saw one value: the name stands in the check. */
function only(saw: Json): Json {
  if (!isObject(saw)) return saw;
  const values = Object.values(saw);
  return values.length === 1 ? values[0]! : saw;
}
