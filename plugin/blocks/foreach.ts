import { defineBlock } from './block.ts';
import { fact, lanes, plain } from './parts.ts';
import { marked } from './marks.ts';
import { toneOfNode } from '../../shared/run/tone.ts';

/** A part for each item: how many of them are done. */
export const foreach = defineBlock({
  role: 'foreach',
  look(spot) {
    const { scene, node, state } = spot;
    const list = state?.decisions.list;
    if (!state || !Array.isArray(list)) return plain(spot);
    const items = marked(scene, node.path, state.key, '[');
    const done = [...items.values()].filter(({ status }) => status === 'completed' || status === 'skipped').length;
    const drawn = list.map((_item, index) => {
      const item = items.get(index);
      return { title: `item ${index + 1}`, tone: item ? toneOfNode(item) : ('idle' as const) };
    });
    return plain(spot, [
      list.length > 1 && list.length <= 12 ? lanes(drawn, `${done} of ${list.length} items done`) : undefined,
      fact(`${done} of ${list.length}`),
    ]);
  },
});
