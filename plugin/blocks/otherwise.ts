import { defineBlock } from './block.ts';
import { plain } from './parts.ts';
import { parentOf, stateOf } from './scene.ts';

/** The other way of a gate or a condition: gone when the first was not. */
export const otherwise = defineBlock({
  role: 'otherwise',
  look(spot) {
    const around = stateOf(spot.scene, parentOf(spot.node.path));
    const first = around?.gate?.passed === true || around?.decisions.if === true;
    return first && !spot.state ? plain({ ...spot, tone: 'skip' }, [], { word: 'not needed' }) : plain(spot);
  },
});
