import { defineBlock } from './block.ts';
import { markup } from './html.ts';
import { fact, plain, word } from './parts.ts';
import { childrenOf, toneOf } from './scene.ts';

const ORDINALS = ['1st', '2nd', '3rd'];

/** Ways in order until one succeeds: which one it was, or which is tried. */
export const fallback = defineBlock({
  role: 'fallback',
  look(spot) {
    const { scene, node } = spot;
    const parts = childrenOf(scene, node.path);
    const at = parts.findIndex((part) => ['ok', 'run', 'wait'].includes(toneOf(scene, part.path)));
    if (at < 0) return plain(spot);
    const choice = `${ORDINALS[at] ?? `${at + 1}th`} of ${parts.length}`;
    return plain(spot, [fact(markup`${choice}: ${word(parts[at]!.title || parts[at]!.role, 28)}`)]);
  },
});
