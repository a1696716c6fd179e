import { defineBlock } from './block.ts';
import { fact, lanes, plain, progress } from './parts.ts';
import { childrenOf, toneOf } from './scene.ts';

/** Branches side by side, a lane each. */
export const parallel = defineBlock({
  role: 'parallel',
  look(spot) {
    const { scene, node } = spot;
    const { done, of } = progress(scene, node.path);
    const parts = childrenOf(scene, node.path).map((part) => ({
      title: part.title || part.role,
      tone: toneOf(scene, part.path),
    }));
    const drawn =
      spot.tone !== 'idle' && parts.length > 0 && parts.length <= 12
        ? lanes(parts, `${done} of ${of} branches done`)
        : undefined;
    return plain(spot, [drawn, spot.tone === 'run' || spot.tone === 'bad' ? fact(`${done} of ${of}`) : undefined]);
  },
});
