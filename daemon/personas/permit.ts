import { covers } from '../../shared/workflow/covers.ts';
import type { PersonaShape } from '../../shared/workflow/role.ts';

/**
 * Why a persona may not use an action, or undefined when it may: what was pinned with the run and what holds now must both
 * allow it (security.md 8), so that tightening acts at once and loosening does not.
 */
export function refusal(
  action: string,
  persona: string | null,
  pinned: Readonly<Record<string, PersonaShape>>,
  current: ReadonlyMap<string, PersonaShape>,
): string | undefined {
  if (persona === null) return `${action} stands outside any stage, so no persona answers for it. Put it into a stage.`;
  const before = pinned[persona];
  const now = current.get(persona);
  if (!before || !now) return `There is no persona “${persona}”. Make its page, or name another in the stage.`;
  const allows = (shape: PersonaShape): boolean => shape.actions.some((pattern) => covers(pattern, action));
  if (!allows(now))
    return `The persona “${persona}” may not use ${action}. Allow it on the persona's page, or use another persona.`;
  if (!allows(before)) {
    return `The persona “${persona}” was allowed ${action} only after this run began. Start a new run to use it.`;
  }
  return undefined;
}
