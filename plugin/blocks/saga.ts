import { planOf, stateOf } from './scene.ts';
import { defineBlock } from './block.ts';
import { pill, plain, progress, fact } from './parts.ts';

/** Parts with a way back: what was taken back after a failure. */
export const saga = defineBlock({
  role: 'saga',
  look(spot) {
    const { scene, node } = spot;
    const inside = `${node.path}/`;
    const undos = [...planOf(scene.reading).byPath.values()].filter(
      (one) => one.role === 'undo' && one.path.startsWith(inside),
    );
    const states = undos.flatMap((one) => stateOf(scene, one.path) ?? []).filter(({ status }) => status !== 'pending');
    if (states.length === 0) {
      const { done, of } = progress(scene, node.path);
      return plain(spot, spot.tone === 'run' ? [fact(`${done} of ${of}`)] : []);
    }
    const undone = states.filter(({ status }) => status === 'completed').length;
    const all = undone === states.length;
    return plain(spot, [pill(all ? `taken back: ${undone}` : `taken back: ${undone} of ${states.length}`)]);
  },
});
