import type { NodeState, RunState } from '../../../shared/run/state.ts';
import { isShown, wouldAsk } from '../../../shared/run/assumed.ts';
import { failedFor, wouldReject } from '../../../shared/run/forecast.ts';
import type { Titles } from '../../../shared/run/titles.ts';
import { visible } from './width.ts';

/** What a person has to know of a dry run besides its outline, a line each: whom it would ask, what it could not know, what is for good. */
export function foreseen(state: RunState, titles: Titles): string[] {
  const nodes = [...state.nodes.values()];
  const gates = nodes.flatMap(({ gate }) => (gate ? [gate] : []));
  const certain = gates.filter((gate) => failedFor(gate).length === 0);
  const acts = nodes.filter((node) => node.step && node.step.effect !== 'read' && isShown(node));
  const forGood = acts.filter(({ step }) => step!.effect === 'irreversible');
  const calls = nodes.flatMap(({ decisions, assumed }) =>
    assumed && typeof decisions.child === 'string' ? [decisions.child] : [],
  );
  return [
    ...told(
      'Would be rejected',
      gates
        .filter(wouldReject)
        .flatMap(failedFor)
        .map(({ title }) => named(title)),
    ),
    ...told(
      'Cannot be known',
      gates.flatMap(({ checks }) => checks.flatMap((check) => (check.assumed ? [named(check.title)] : []))),
    ),
    ...told('Would ask people', [
      ...certain.flatMap(({ assumed, signOffs }) =>
        assumed ? signOffs.map((one) => `${named(one.title)} (${wouldAsk(one).replace('would ask ', '')})`) : [],
      ),
      ...nodes.flatMap(({ decisions }) => (typeof decisions.question === 'string' ? [named(decisions.question)] : [])),
    ]),
    ...told(
      'Would be for good',
      forGood.map((node) => `${named(titles.of(node.key))} (${node.step!.action})`),
    ),
    ...told(
      'Calls, each shown by itself',
      calls.map((run) => `stagebook show ${run}`),
    ),
    count(acts),
  ];
}

function told(what: string, list: readonly string[]): string[] {
  return list.length === 0 ? [] : [`${what}: ${list.map(visible).join(', ')}.`];
}

function count(acts: readonly NodeState[]): string {
  if (acts.length === 0) return 'It changes nothing.';
  return `${acts.length} ${acts.length === 1 ? 'step is' : 'steps are'} shown above and ${acts.length === 1 ? 'was' : 'were'} not done.`;
}

const named = (title: string): string => `“${title}”`;
