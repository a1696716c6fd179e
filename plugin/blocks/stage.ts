import { defineBlock } from './block.ts';
import { markup } from './html.ts';
import { fact, pill, plain, time, toolCount, word } from './parts.ts';
import { usual } from './scene.ts';
import { rough } from './time.ts';

/** The work of one persona: who, with how many tools, for how long, against what is usual. */
export const stage = defineBlock({
  role: 'stage',
  look(spot) {
    const { scene, node, state } = spot;
    const { persona } = node;
    const who = persona && pill(markup`${word(persona.title || persona.id, 24)} · ${toolCount(persona.tools)}`);
    const median = usual(scene, node.path);
    const expected =
      !time(spot) && median !== undefined && spot.tone === 'idle' ? fact(`usually ${rough(median)}`) : undefined;
    const base = plain(spot, [who, expected]);
    if (!scene.run || !state) return base;
    const logs = {
      act: 'logs',
      label: 'Logs',
      title: `Logs of ${node.title}`,
      does: { kind: 'open', at: `#/run/${scene.run.run}/node/${encodeURIComponent(state.key)}` } as const,
    };
    return { ...base, quiet: [...(base.quiet ?? []), logs] };
  },
});
