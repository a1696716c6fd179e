import { defineBlock } from './block.ts';
import { markup, type Html } from './html.ts';
import { fact, left, plain, value, word } from './parts.ts';
import { moment } from './time.ts';

/** A question: open to whom, until when; then who answered what. */
export const ask = defineBlock({
  role: 'ask',
  look(spot) {
    const { scene, node, state, tone } = spot;
    const asked = state?.ask;
    const facts: Html[] = [];
    if (asked?.answer !== undefined) {
      facts.push(fact(value(asked.answer)));
      facts.push(fact(markup`${word(asked.by?.name ?? '', 24)}, ${moment(asked.answeredAt ?? scene.now, scene.now)}`));
    } else if (tone === 'wait' && asked) {
      if (asked.from === 'agent') facts.push(fact('an agent is asked'));
      if (asked.deadline !== undefined) facts.push(left(asked.deadline));
    }
    const base = plain(spot);
    const open = tone === 'wait' && asked && asked.answer === undefined;
    return {
      ...base,
      word: open ? 'waiting for an answer' : undefined,
      facts,
      line: open ? markup`<span class="sb-said">${word(asked.question, 200)}</span>` : base.line,
      actions:
        open && scene.run && asked.from === 'person' && scene.notice === undefined
          ? [
              {
                act: 'answer',
                label: 'Answer…',
                title: `Answer: ${node.title}`,
                does: { kind: 'propose', wish: { kind: 'answer', run: scene.run.run, node: state.key } },
              },
            ]
          : [],
    };
  },
});
