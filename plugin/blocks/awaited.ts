import type { PageNode } from '../../shared/protocol/calls/pages.ts';
import { requestOf } from './question.ts';
import { standingOf } from './requirement.ts';
import { stateOf, type Scene } from './scene.ts';

/** The first place on the page where the run waits for a person: for a signature or an answer. */
export function awaited(scene: Scene): PageNode | undefined {
  const { run, reading } = scene;
  if (!run || run.waiting.size === 0) return undefined;
  return reading.nodes.find((node) => {
    if (node.role === 'sign-off') return standingOf(scene, node).tone === 'wait';
    return node.role !== 'workflow' && requestOf(stateOf(scene, node.path))?.from === 'person';
  });
}
