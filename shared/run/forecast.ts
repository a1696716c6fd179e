import { isObject, type Json } from '../json.ts';
import type { Node } from '../workflow/definition.ts';
import { AS_IT_STANDS, isShown, NOT_KNOWN } from './assumed.ts';
import { sawText } from './saw.ts';
import type { GateState, NodeState } from './state.ts';

/** What a node is on its page, as far as a forecast needs it. */
type Placed = Pick<Node, 'role'> & { settings: Readonly<Record<string, unknown>> };

/** The checks of a gate that do not hold, whatever else a dry run took for granted. */
export function failedFor({ checks }: Pick<GateState, 'checks'>): GateState['checks'] {
  return checks.filter(({ held, assumed }) => !held && assumed === undefined);
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
      return isShown(state) ? `would use ${step.action} · ${step.effect}` : AS_IT_STANDS;
    case 'ask':
      return `would ask ${settings.from === 'agent' ? 'an agent' : 'a person'}`;
    case 'wait':
      return `would wait ${written(settings.for) ?? 'until a moment'}`;
    case 'call':
      return 'a dry run of its own';
    case 'repeat':
      return ['once; would go on', written(settings.every)].filter(Boolean).join(' every ');
    case 'when':
    case 'stage':
      return decisions.assumed === undefined
        ? undefined
        : assumedWay(decisions.if ?? decisions.when, decisions.assumed);
    case 'route':
      return decisions.assumed === undefined ? undefined : decisions.assumed === 'now' ? AS_IT_STANDS : 'assumed';
    case 'foreach':
      return decisions.assumed === undefined
        ? undefined
        : decisions.assumed === 'now'
          ? AS_IT_STANDS
          : 'for each of a list that is not known yet';
    default:
      return undefined;
  }
}

/** A setting that is no expression. */
function written(setting: unknown): string | undefined {
  return typeof setting === 'string' && !setting.includes('${{') ? setting : undefined;
}

function assumedWay(holds: Json | undefined, assumed: Json): string {
  return assumed === 'now' ? `${holds === true ? 'holds' : 'does not hold'} ${AS_IT_STANDS}` : 'assumed to hold';
}

function gateForecast(gate: GateState): string | undefined {
  if (wouldReject(gate)) return 'would be rejected';
  if (gate.passed === false) return undefined;
  if (gate.signOffs.length > 0) return 'nobody was asked';
  return gate.checks.some(({ assumed }) => assumed === 'unknown') ? NOT_KNOWN : AS_IT_STANDS;
}

/** With what a dry run would do it, and what stands in the way now; or what it would ask. On one line, empty where there is nothing to say. */
export function forecastDetail({ role }: Placed, { assumed, decisions, step, doubt }: NodeState): string {
  if (assumed === undefined) return '';
  if (role === 'ask' && typeof decisions.question === 'string') return decisions.question;
  if (role !== 'step' || !step) return '';
  return [withText(step.with), doubt === undefined ? '' : `with nothing before it done: ${doubt}`]
    .filter(Boolean)
    .join(' · ');
}

/** Settings with their names, also where there is one alone. */
function withText(settings: Json): string {
  const [only, ...more] = isObject(settings) ? Object.entries(settings) : [];
  return only && more.length === 0 ? `${only[0]} ${sawText(only[1])}` : sawText(settings);
}
