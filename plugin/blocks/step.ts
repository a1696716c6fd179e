import type { Json } from '../../shared/json.ts';
import { defineBlock, type Action } from './block.ts';
import type { Html } from './html.ts';
import { failureLine, foretoldLine, monospace, pill, plain } from './parts.ts';
import { questionOf } from './question.ts';

/** One action: how long, its last line while it runs, its output on demand, and what it asks a person. */
export const step = defineBlock({
  role: 'step',
  look(spot) {
    const { scene, node, state, tone } = spot;
    const output = state?.output;
    const peeks = node.uuid !== undefined && scene.peeks(node.uuid);
    const again = (state?.starts ?? 0) > 1 && tone !== 'idle' ? pill(`started ${state!.starts} times`) : undefined;
    const irreversible = node.effect === 'irreversible' && tone === 'idle' ? pill('irreversible') : undefined;
    const base = plain(spot, [irreversible, again]);
    const quiet: Action[] = [...(base.quiet ?? [])];
    if (state && output !== undefined && output !== null) {
      quiet.push({
        act: 'peek',
        // The same for both: with another label the button would be built anew, and lose the focus.
        label: 'Output',
        title: `Output of ${node.title}: show or hide it`,
        does: { kind: 'peek' },
      });
    }
    if (scene.run && state) {
      quiet.push({
        act: 'evidence',
        label: 'Evidence',
        title: `Evidence of ${node.title}`,
        does: { kind: 'open', at: `#/run/${scene.run.run}/node/${encodeURIComponent(state.key)}` },
      });
    }
    const open = questionOf(spot);
    if (!open) return { ...base, quiet, line: lineOf() };
    // It began, and nobody knows whether it happened: that stays so until somebody has looked and said.
    const lost = state?.failure !== undefined;
    return { ...base, quiet, ...open, ...(lost ? { tone: 'unknown' } : { word: 'waiting for an answer' }) };

    function lineOf(): Html | undefined {
      const failure = failureLine(spot);
      if (failure) return failure;
      if (tone === 'run' && state) {
        // Its room is kept while it runs, so that nothing jumps when the first line comes.
        return monospace(scene.output(state.key) ?? '');
      }
      return peeks && output !== undefined ? monospace(summary(output)) : foretoldLine(spot);
    }
  },
});

/** A value on one line: a text as it is, an object by its fields. */
function summary(output: Json): string {
  if (typeof output === 'string') return output;
  const text = JSON.stringify(output);
  return text.length > 2_000 ? text.slice(0, 2_000) : text;
}
