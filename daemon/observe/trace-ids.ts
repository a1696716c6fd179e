import { createHash } from 'node:crypto';
import type { NodeKey } from '../../shared/workflow/definition.ts';

/** Names of spans that are the same whoever asks and whenever: a parent is known before it ended, also after a restart. */
export function traceId(run: string): string {
  return hashed(run, 32);
}

/** The span of a node's execution, or of the run's stretch itself for an empty key. */
export function spanId(run: string, stretch: number, node: NodeKey): string {
  return hashed(`${run}\n${stretch}\n${node}`, 16);
}

/** The key of what a node's execution is inside: an attempt of a `retry` is one, an iteration too. Empty at the top level. */
export function parentKey(node: NodeKey): NodeKey {
  const unmarked = node.replace(/(?:\[\d+\]|#\d+)$/, '');
  return unmarked === node ? node.slice(0, Math.max(node.lastIndexOf('/'), 0)) : unmarked;
}

function hashed(text: string, digits: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits);
}
