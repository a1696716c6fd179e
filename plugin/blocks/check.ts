import { assumedText, NOT_KNOWN } from '../../shared/run/assumed.ts';
import type { CheckResult } from '../../shared/run/event.ts';
import { sawText } from '../../shared/run/saw.ts';
import { defineBlock } from './block.ts';
import { clip, markup, type Html } from './html.ts';
import { fact, word } from './parts.ts';
import { standingOf } from './requirement.ts';

/** Characters of a value that stand beside a title. */
const ON_THE_EDGE = 40;

/** An automatic requirement, with the value that it saw. */
export const check = defineBlock({
  role: 'check',
  look({ scene, node }) {
    const { tone, check: result } = standingOf(scene, node);
    const words = {
      ok: 'holds',
      bad: 'does not hold',
      idle: 'not checked yet',
      skip: 'not checked',
      shown: NOT_KNOWN,
    } as const;
    const base = { tone, shape: 'square', word: words[tone as keyof typeof words] } as const;
    if (!result) return { ...base, facts: [] };
    const foretold = assumedText(result);
    if (foretold !== undefined) return { ...base, word: foretold, facts: [fact(foretold)], line: sawLine(result) };
    if (result.error) {
      return {
        ...base,
        facts: [fact('not evaluated')],
        line: markup`<span class="sb-why">${word(result.error, 200)}</span>`,
      };
    }
    const saw = sawText(result.saw);
    // One that names nothing has seen nothing.
    if (saw === '') return { ...base, facts: result.held ? [] : [fact(words.bad)] };
    // What does not fit the right edge has a line of its own.
    if (saw.length > ON_THE_EDGE) {
      const line = markup`<span class="sb-said" title="${clip(saw, 1_000)}"><span>saw ${word(shortened(saw), 300)}</span></span>`;
      return { ...base, facts: [], line };
    }
    const shown = word(saw, ON_THE_EDGE);
    return { ...base, facts: [fact(result.held ? shown : markup`saw ${shown}`)] };
  },
});

/** What a check saw that is not certain, on a line of its own. */
function sawLine({ saw }: CheckResult): Html | undefined {
  const seen = sawText(saw);
  return seen === '' ? undefined : markup`<span class="sb-said"><span>saw ${word(shortened(seen), 300)}</span></span>`;
}

/** Of commits and digests as much as tells them apart: two of them fit one line. The whole of them is its title. */
function shortened(saw: string): string {
  return saw.replace(/\b([0-9a-f]{12})[0-9a-f]{28,}\b/g, '$1…');
}
