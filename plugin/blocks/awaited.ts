import type { PageNode } from '../../shared/protocol/calls/pages.ts';
import type { Wish } from '../../shared/protocol/calls/proposals.ts';
import { pathOf } from '../../shared/workflow/definition.ts';
import { requestOf } from './question.ts';
import { standingOf } from './requirement.ts';
import { planOf, stateOf, type Scene } from './scene.ts';

/** What the run waits for from a person where the page has no block for it any more: it was renamed or removed since. */
export function astray({ run, reading }: Scene): Extract<Wish, { kind: 'answer' | 'sign-off' }> | undefined {
  const { byPath } = planOf(reading);
  for (const key of run?.waiting ?? []) {
    const state = run!.nodes.get(key);
    const path = pathOf(key);
    if (requestOf(state)?.from === 'person' && !byPath.has(path)) return { kind: 'answer', run: run!.run, node: key };
    const { signOffs = [], signatures = [] } = state?.gate ?? {};
    const open = signOffs.find(({ id, people }) => {
      const agreed = new Set(signatures.flatMap((one) => (one.signOff === id ? one.signature.person : [])));
      return agreed.size < people && !byPath.has(`${path}/${id}`);
    });
    if (open) return { kind: 'sign-off', run: run!.run, node: key, signOff: open.id };
  }
  return undefined;
}

/** The places on the page where the run waits for a person, for a signature or an answer, in order. */
export function awaited(scene: Scene): PageNode[] {
  const { run, reading } = scene;
  if (!run || run.waiting.size === 0) return [];
  return reading.nodes.filter((node) => {
    if (node.role === 'sign-off') return standingOf(scene, node).tone === 'wait';
    return node.role !== 'workflow' && requestOf(stateOf(scene, node.path))?.from === 'person';
  });
}
