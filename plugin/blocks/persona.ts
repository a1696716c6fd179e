import { defineBlock } from './block.ts';
import { attemptLine, pill, toolCount } from './parts.ts';

/** The one node of a persona's page. It never runs; it may be named once somebody trusts it. */
export const persona = defineBlock({
  role: 'persona',
  look({ scene, node }) {
    const { reading, notice } = scene;
    const own = node.persona ? `persona · ${toolCount(node.persona.tools)}` : 'persona';
    const open = reading.definition !== undefined && !reading.trusted && notice === undefined;
    return {
      tone: reading.trusted ? 'ok' : open ? 'wait' : 'idle',
      shape: 'square',
      word: reading.trusted ? 'trusted' : open ? 'not trusted yet' : 'persona',
      facts: [pill(own)],
      line: attemptLine(scene, (one) => one.definition !== undefined && one.definition === reading.definition),
      actions: open
        ? [
            {
              act: 'trust',
              label: 'Review and trust…',
              title: 'See what this persona may do',
              does: { kind: 'propose', wish: { kind: 'trust', definition: reading.definition! } },
            },
          ]
        : [],
    };
  },
});
