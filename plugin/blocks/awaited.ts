import type { PageNode } from '../../shared/protocol/calls/pages.ts';
import { requestOf } from './question.ts';
import { standingOf } from './requirement.ts';
import { stateOf, type Scene } from './scene.ts';

/** The places on the page where the run waits for a person, for a signature or an answer, in order. */
export function awaited(scene: Scene): PageNode[] {
  const { run, reading } = scene;
  if (!run || run.waiting.size === 0) return [];
  return reading.nodes.filter((node) => {
    if (node.role === 'sign-off') return standingOf(scene, node).tone === 'wait';
    return node.role !== 'workflow' && requestOf(stateOf(scene, node.path))?.from === 'person';
  });
}
