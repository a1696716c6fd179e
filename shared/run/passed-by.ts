import type { NodePath, Role } from '../workflow/definition.ts';
import type { NodeState, RunStatus } from './state.ts';

/** What has to be known of a run and its definition to say that. */
export interface Standing {
  status: RunStatus;
  roleAt(path: NodePath): Role | undefined;
  /** The execution that says most of a node. */
  stateAt(path: NodePath): NodeState | undefined;
}

/** Whether a run went on past a node that it never entered, or takes another way: it was not needed. */
export function passedBy(path: NodePath, { status, roleAt, stateAt }: Standing): boolean {
  if (status === 'completed') return true;
  for (let part = path; part.includes('/');) {
    const at = part.lastIndexOf('/');
    const [above, id, role] = [part.slice(0, at), part.slice(at + 1), roleAt(part)];
    part = above;
    const around = stateAt(above);
    // A step that is done may still be taken back: its saga knows.
    if (role === 'undo' || !around || around.status === 'pending') continue;
    return around.status === 'completed' || around.status === 'skipped' || isOnOtherWay(around, role, id);
  }
  return false;
}

/** Whether a part of a route, a condition or a gate stands on the way that was not taken there. */
function isOnOtherWay({ decisions, gate }: NodeState, role: Role | undefined, id: string): boolean {
  const { case: chosen, if: held } = decisions;
  if (typeof chosen === 'string') return chosen !== id;
  if (typeof held === 'boolean') return held === (role === 'otherwise');
  return role === 'otherwise' && gate?.passed === true;
}
