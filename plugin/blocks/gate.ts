import { wouldReject } from '../../shared/run/forecast.ts';
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
    // A dry run has gone past it, and says what a real run would come up against.
    const would = state?.gate !== undefined && wouldReject(state.gate);
    const line =
      (rejected || would) && state.gate?.why
        ? markup`<span class="sb-why">${word(state.gate.why, 200)}</span>`
        : undefined;
    const words = { ok: 'passed', wait: 'waiting for a person', bad: 'rejected', shown: 'nobody was asked' };
    return {
      ...plain(spot),
      tone: rejected || would ? 'bad' : spot.tone,
      word: would ? 'would be rejected' : words[(rejected ? 'bad' : spot.tone) as keyof typeof words],
      facts: [pill(`${held} of ${asked.length}`, true)],
      line,
    };
  },
});
