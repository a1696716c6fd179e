import type { PageNode } from '../../shared/protocol/calls/pages.ts';
import type { CheckResult, SignOffRequest, Signature } from '../../shared/run/event.ts';
import type { GateState, NodeState } from '../../shared/run/state.ts';
import { failedFor } from '../../shared/run/forecast.ts';
import { parentOf, stateOf, toneOf, type Scene } from './scene.ts';
import { isActive, type Tone } from '../../shared/run/tone.ts';

/** How one requirement of a gate stands. Checks and sign-offs have no state of their own: their gate has it. */
export interface Standing {
  tone: Tone;
  gate: NodeState | undefined;
  check?: CheckResult;
  signOff?: SignOffRequest;
  signatures: readonly Signature[];
  refusal?: GateState['refusals'][number];
}

export function standingOf(scene: Scene, node: PageNode): Standing {
  const path = parentOf(node.path);
  const state = stateOf(scene, path);
  const gate = state?.gate;
  const around = toneOf(scene, path);
  if (!gate || state.status === 'pending')
    return { tone: around === 'skip' ? 'skip' : 'idle', gate: state, signatures: [] };
  const id = node.path.slice(path.length + 1);
  const check = gate.checks.find((one) => one.id === id);
  if (check) return { tone: check.assumed ? 'shown' : check.held ? 'ok' : 'bad', gate: state, check, signatures: [] };
  const signOff = gate.signOffs.find((one) => one.id === id);
  const signatures = gate.signatures.filter((one) => one.signOff === id).map((one) => one.signature);
  const refusal = gate.refusals.find((one) => one.signOff === id);
  const base = { gate: state, signatures, ...(signOff ? { signOff } : {}), ...(refusal ? { refusal } : {}) };
  return { ...base, tone: toneOfSignOff() };

  function toneOfSignOff(): Tone {
    if (refusal) return 'bad';
    if (signOff && new Set(signatures.map((one) => one.person)).size >= signOff.people) return 'ok';
    // A gate with a failed check asks nobody.
    if (failedFor(gate!).length > 0) return 'skip';
    if (gate!.assumed) return 'shown';
    const over = gate!.passed !== undefined || !['running', 'waiting'].includes(state!.status);
    if (over || !scene.run || !isActive(scene.run.status)) return 'stop';
    return 'wait';
  }
}
