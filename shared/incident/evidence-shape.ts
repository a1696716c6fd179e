import type { Evidence } from './evidence.ts';
import type { Json } from '../json.ts';

export type { Evidence };

/** Whether a value is evidence, as far as a page needs it; without a schema library, for the plugin reads timelines, too. */
export function isEvidence(value: unknown): value is Evidence {
  if (typeof value !== 'object' || value === null) return false;
  const { source, query, to, digest, finding, link, from } = value as Record<string, Json>;
  return (
    [source, query, to, digest, finding, link].every((each) => typeof each === 'string') &&
    (from === null || typeof from === 'string')
  );
}
