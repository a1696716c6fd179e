import type { Node } from '../workflow/definition.ts';
import { isShown, NOT_KNOWN } from './assumed.ts';
import { sawText } from './saw.ts';
import type { GateState, NodeState } from './state.ts';

/** What a node is on its page, as far as a forecast needs it. */
type Placed = Pick<Node, 'role'> & { settings: Readonly<Record<string, unknown>> };

/** The checks of a gate that do not hold, whatever else a dry run took for granted. */
export function failedFor({ checks }: Pick<GateState, 'checks'>): GateState['checks'] {
  return checks.filter(({ held, assumed }) => !held && assumed !== true);
}

/** Whether a dry run went past a gate at which a real run would be rejected. */
export function wouldReject(gate: GateState): boolean {
  return gate.assumed === true && gate.passed === true && failedFor(gate).length > 0;
}

/** What a dry run foretells of a node in a few words; undefined where it was done as in any other run, or not reached. */
export function forecastOf({ role, settings }: Placed, state: NodeState): string | undefined {
  const { status, assumed, gate, step, decisions } = state;
  if (status !== 'completed') return undefined;
  if (gate?.assumed) return gateForecast(gate);
  if (assumed === undefined) return undefined;
  switch (role) {
    case 'step':
      if (!step) return undefined;
      return isShown(state) ? `would use ${step.action} · ${step.effect}` : 'as it stands now';
    case 'ask':
      return `would ask ${settings.from === 'agent' ? 'an agent' : 'a person'}`;
    case 'wait':
      return `would wait ${typeof settings.for === 'string' ? settings.for : `until ${String(settings.until)}`}`;
    case 'call':
      return 'a dry run of its own';
    case 'repeat':
      return `once; would go on every ${String(settings.every)}`;
    case 'when':
    case 'stage':
      return decisions.assumed === true ? 'assumed to hold' : undefined;
    case 'route':
      return decisions.assumed === true ? 'assumed' : undefined;
    case 'foreach':
      return decisions.assumed === true ? 'for each of a list that is not known yet' : undefined;
    default:
      return undefined;
  }
}

function gateForecast(gate: GateState): string | undefined {
  if (wouldReject(gate)) return 'would be rejected';
  if (gate.passed === false) return undefined;
  if (gate.signOffs.length > 0) return 'nobody was asked';
  return gate.checks.some(({ assumed }) => assumed) ? NOT_KNOWN : undefined;
}

/** With what a dry run would do it, and what stands in the way now; or what it would ask. On one line, empty where there is nothing to say. */
export function forecastDetail({ role }: Placed, { assumed, decisions, step, doubt }: NodeState): string {
  if (assumed === undefined) return '';
  if (role === 'ask' && typeof decisions.question === 'string') return decisions.question;
  if (role !== 'step' || !step) return '';
  return [sawText(step.with), doubt === undefined ? '' : `as it stands now: ${doubt}`].filter(Boolean).join(' · ');
}
