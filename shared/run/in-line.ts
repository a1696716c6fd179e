import type { RunState } from './state.ts';

/** For which slot of `concurrency` a run stands in line, as far as its own events tell; undefined once anything of it began. */
export function slotAwaited({ status, nodes }: RunState): string | undefined {
  const { slot, 'slot-key': key } = nodes.get('')?.decisions ?? {};
  if (status !== 'running' || slot !== 'queued' || nodes.size > 1) return undefined;
  return `waits for a slot of “${String(key)}”`;
}
