import { defineBlock } from './block.ts';
import { markup } from './html.ts';
import { fact, plain, word } from './parts.ts';
import { planOf } from './scene.ts';

/** Exactly one case: which one was taken. */
export const route = defineBlock({
  role: 'route',
  look(spot) {
    const chosen = spot.state?.decisions.case;
    if (typeof chosen !== 'string') return plain(spot);
    const title = planOf(spot.scene.reading).byPath.get(`${spot.node.path}/${chosen}`)?.title || chosen;
    return plain(spot, [fact(markup`<span aria-label="took">→</span> ${word(title, 32)}`)]);
  },
});
