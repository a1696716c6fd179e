import { defineBlock } from './block.ts';
import { fact, plain } from './parts.ts';
import { parentOf, stateOf } from './scene.ts';

/** A branch of a route: taken, or passed by. */
export const caseBlock = defineBlock({
  role: 'case',
  look(spot) {
    const { scene, node } = spot;
    const chosen = stateOf(scene, parentOf(node.path))?.decisions.case;
    const own = node.path.slice(node.path.lastIndexOf('/') + 1);
    if (typeof chosen !== 'string') return plain(spot);
    if (chosen === own) return plain(spot, [fact('taken')]);
    return plain({ ...spot, tone: 'skip' }, [], { word: 'not taken' });
  },
});
