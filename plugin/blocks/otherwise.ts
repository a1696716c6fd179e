import { defineBlock } from './block.ts';
import { plain } from './parts.ts';
import { parentOf, stateOf } from './scene.ts';

/** The other way of a gate, a condition or a route: gone when the first was not. */
export const otherwise = defineBlock({
  role: 'otherwise',
  look(spot) {
    const around = stateOf(spot.scene, parentOf(spot.node.path));
    const { case: chosen, if: held } = around?.decisions ?? {};
    const own = spot.node.path.slice(spot.node.path.lastIndexOf('/') + 1);
    const first = around?.gate?.passed === true || held === true || (typeof chosen === 'string' && chosen !== own);
    return first && !spot.state ? plain({ ...spot, tone: 'skip' }, [], { word: 'not needed' }) : plain(spot);
  },
});
