import type { NodeState } from '../../shared/run/state.ts';
import type { Action, Spot } from './block.ts';
import { markup, type Html } from './html.ts';
import { word } from './parts.ts';

/** What a node has asked and nobody has answered yet. */
export function requestOf(state: NodeState | undefined): NodeState['ask'] {
  return state?.status === 'waiting' && state.ask?.answer === undefined ? state.ask : undefined;
}

/** A question that a node has put and nobody has answered yet, with the way to the answer where a person is asked. */
export function questionOf({ scene, node, state, tone }: Spot): { line: Html; actions: Action[] } | undefined {
  const asked = requestOf(state);
  if (!state || !asked || tone !== 'wait') return undefined;
  const because = asked.because !== undefined && markup`<span class="sb-because">${word(asked.because, 120)}</span>`;
  const line = markup`<span class="sb-said">${word(asked.question, 300)}${because}</span>`;
  if (!scene.run || asked.from !== 'person' || scene.notice !== undefined) return { line, actions: [] };
  const wish = { kind: 'answer', run: scene.run.run, node: state.key } as const;
  const title = `Answer: ${node.title || node.role}`;
  return { line, actions: [{ act: 'answer', label: 'Answer…', title, does: { kind: 'propose', wish } }] };
}
