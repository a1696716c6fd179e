import { fail } from '../../../../shared/failure.ts';
import type { Node } from '../../../../shared/workflow/definition.ts';
import { step } from '../../../fakes/outline.ts';

export const ADA = { kind: 'person', name: 'Ada' } as const;

/** A failure that trying again can help. */
export const busy = () => fail('unavailable', 'test.busy', 'busy');

export const read = (id: string, settings = {}) => step(id, 'act.read', { with: { name: id }, ...settings });

export const write = (id: string, settings = {}, ...parts: Node[]) =>
  step(id, 'act.write', { with: { name: id }, ...settings }, ...parts);
