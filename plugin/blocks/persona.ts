import { defineBlock } from './block.ts';
import { pill } from './parts.ts';

/** The one node of a persona's page. It never runs. */
export const persona = defineBlock({
  role: 'persona',
  look: ({ node }) => ({
    tone: 'idle',
    shape: 'circle',
    word: 'persona',
    facts: [pill(node.persona ? `persona · ${node.persona.tools} tools` : 'persona')],
  }),
});
