import { defineBlock } from './block.ts';
import { markup } from './html.ts';
import { pill, plain, word } from './parts.ts';
import { childrenOf } from './scene.ts';
import { standingOf } from './requirement.ts';

/** Requirements before what follows: how many hold, and why it closed where it did not open. */
export const gate = defineBlock({
  role: 'gate',
  look(spot) {
    const { scene, node, state } = spot;
    const asked = childrenOf(scene, node.path).filter((child) => child.role === 'check' || child.role === 'sign-off');
    const held = asked.filter((child) => standingOf(scene, child).tone === 'ok').length;
    const rejected = state?.gate?.passed === false;
    const line =
      rejected && state.gate?.why ? markup`<span class="sb-why">${word(state.gate.why, 200)}</span>` : undefined;
    const words = { ok: 'passed', wait: 'waiting for a person', bad: 'rejected' };
    return {
      ...plain(spot),
      tone: rejected ? 'bad' : spot.tone,
      word: words[(rejected ? 'bad' : spot.tone) as keyof typeof words],
      facts: [pill(`${held} of ${asked.length}`, true)],
      line,
    };
  },
});
