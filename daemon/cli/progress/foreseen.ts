import { isShown, wouldAsk } from '../../../shared/run/assumed.ts';
import type { CheckResult } from '../../../shared/run/event.ts';
import { failedFor, wouldReject } from '../../../shared/run/forecast.ts';
import { sawText } from '../../../shared/run/saw.ts';
import type { NodeState, RunState } from '../../../shared/run/state.ts';
import type { Titles } from '../../../shared/run/titles.ts';
import { fit, visible } from './width.ts';

/** What a person has to know of a dry run besides its outline, a line each: what is in the way, whom it would ask, what is for good. */
export function foreseen(state: RunState, titles: Titles): string[] {
  const nodes = [...state.nodes.values()];
  const gates = nodes.flatMap(({ gate }) => (gate ? [gate] : []));
  const checks = gates.flatMap((gate) => gate.checks);
  const acts = nodes.filter((node) => node.step && node.step.effect !== 'read' && isShown(node));
  const forGood = acts.filter(({ step }) => step!.effect === 'irreversible');
  const rejected = gates.filter(wouldReject).flatMap(failedFor);
  return [
    ...told('A real run would be rejected, as these do not hold', rejected.map(withSeen)),
    ...told('Do not hold yet', checks.filter(({ assumed, held }) => assumed === 'now' && !held).map(withSeen)),
    ...told(
      'Cannot be known before it is done',
      checks.filter(({ assumed }) => assumed === 'unknown').map(({ title }) => named(title)),
    ),
    ...told('Would ask people', asked(nodes)),
    ...told(
      'Could not be taken back',
      forGood.map((node) => `${named(titles.of(node.key))} (${node.step!.action})`),
    ),
    ...told('Calls, each a dry run of its own', calls(nodes)),
    end(state, acts),
  ];
}

function told(what: string, list: readonly string[]): string[] {
  return list.length === 0 ? [] : [`${what}: ${list.map(visible).join(', ')}.`];
}

/** Sign-offs that a real run would get to, and questions. */
function asked(nodes: readonly NodeState[]): string[] {
  return nodes.flatMap(({ gate, decisions }) => {
    if (typeof decisions.question === 'string') return [named(fit(visible(decisions.question), 100))];
    if (!gate?.assumed || failedFor(gate).length > 0) return [];
    return gate.signOffs.map((one) => `${named(one.title)} (${wouldAsk(one).replace('would ask ', '')})`);
  });
}

function calls(nodes: readonly NodeState[]): string[] {
  return nodes.flatMap(({ decisions, assumed }) =>
    assumed && typeof decisions.child === 'string' ? [`stagebook show ${decisions.child}`] : [],
  );
}

function end({ status }: RunState, acts: readonly NodeState[]): string {
  if (status !== 'completed') return 'What would come after that was not looked at.';
  if (acts.length === 0) return 'It would change nothing.';
  return acts.length === 1 ? 'One step that acts is shown above.' : `${acts.length} steps that act are shown above.`;
}

function withSeen({ title, saw }: CheckResult): string {
  const seen = sawText(saw);
  return seen === '' ? named(title) : `${named(title)} (saw ${fit(seen, 80)})`;
}

const named = (title: string): string => `“${title}”`;
