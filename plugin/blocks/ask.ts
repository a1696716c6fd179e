import { defineBlock } from './block.ts';
import { markup, type Html } from './html.ts';
import { fact, left, plain, value, word } from './parts.ts';
import { questionOf } from './question.ts';
import { moment } from './time.ts';

/** A question: open to whom, until when; then who answered what. */
export const ask = defineBlock({
  role: 'ask',
  look(spot) {
    const { scene, state, tone } = spot;
    const asked = state?.ask;
    const facts: Html[] = [];
    if (asked?.answer !== undefined) {
      facts.push(fact(value(asked.answer)));
      facts.push(fact(markup`${word(asked.by?.name ?? '', 24)}, ${moment(asked.answeredAt ?? scene.now, scene.now)}`));
    } else if (tone === 'wait' && asked) {
      if (asked.from === 'agent') facts.push(fact('an agent is asked'));
      if (asked.deadline !== undefined) facts.push(left(asked.deadline));
    }
    const open = questionOf(spot);
    return { ...plain(spot), ...(open && { word: 'waiting for an answer' }), facts, actions: [], ...open };
  },
});
