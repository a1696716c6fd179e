import type { PageNode } from '../../shared/protocol/calls/pages.ts';
import { pathOf } from '../../shared/workflow/definition.ts';
import { childrenOf, planOf, toneOf, type Scene } from './scene.ts';

/** The innermost nodes that run now, in order of first appearance. Between two steps that is what is around them. */
export function runningNow({ run, reading }: Scene): PageNode[] {
  if (!run) return [];
  const keys = [...run.nodes.values()].flatMap(({ key, status }) => (status === 'running' ? [key] : []));
  const around = new Set(keys.flatMap((key) => pathsAbove(pathOf(key))));
  const paths = new Set(keys.map(pathOf).filter((path) => !around.has(path)));
  const { byPath } = planOf(reading);
  return [...paths].flatMap((path) => byPath.get(path) ?? []);
}

function pathsAbove(path: string): string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_part, at) => parts.slice(0, at + 1).join('/'));
}

/** The innermost node that a failure of the run comes from. */
export function failedAt(scene: Scene): PageNode | undefined {
  const failedIn = (path: string) =>
    childrenOf(scene, path).findLast((one) => ['bad', 'unknown'].includes(toneOf(scene, one.path)));
  let node = failedIn('');
  for (let inner = node; inner; inner = failedIn(inner.path)) node = inner;
  return node;
}
