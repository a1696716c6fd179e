import { defineBlock } from './block.ts';
import { fact, plain, progress } from './parts.ts';

/** Parts in order: how many are done. */
export const sequence = defineBlock({
  role: 'sequence',
  look(spot) {
    const { done, of } = progress(spot.scene, spot.node.path);
    return plain(spot, spot.tone === 'run' || spot.tone === 'bad' ? [fact(`${done} of ${of}`)] : []);
  },
});
