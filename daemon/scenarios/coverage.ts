import { pathOf, walk, type Definition, type NodePath } from '../../shared/workflow/definition.ts';
import type { Played } from './run.ts';

/** What scenarios have never shown: nodes that were not reached, and gates that were seen to go only one way. */
export interface Coverage {
  nodes: number;
  reached: number;
  missing: NodePath[];
  gates: number;
  /** Gates with the outcome that no scenario has. */
  oneWay: { path: NodePath; never: 'passed' | 'rejected' }[];
}

/** Adds up what the scenarios of one workflow have reached. */
export function coverageOf(definition: Definition, plays: readonly Played[]): Coverage {
  const reached = new Set<NodePath>();
  const outcomes = new Map<NodePath, Set<boolean>>();
  for (const { state } of plays) {
    for (const node of state.nodes.values()) {
      const path = pathOf(node.key);
      reached.add(path);
      if (!node.gate) continue;
      for (const check of node.gate.checks) reached.add(`${path}/${check.id}`);
      const asked = node.gate.checks.every((check) => check.held);
      if (asked) for (const signOff of node.gate.signOffs) reached.add(`${path}/${signOff.id}`);
      if (node.gate.passed === undefined) continue;
      outcomes.set(path, (outcomes.get(path) ?? new Set()).add(node.gate.passed));
    }
  }
  const nodes = walk(definition.body);
  const gates = nodes.filter(({ node }) => node.role === 'gate').map(({ path }) => path);
  return {
    nodes: nodes.length,
    reached: nodes.filter(({ path }) => reached.has(path)).length,
    missing: nodes.filter(({ path }) => !reached.has(path)).map(({ path }) => path),
    gates: gates.length,
    oneWay: gates.flatMap((path) => {
      const seen = outcomes.get(path) ?? new Set();
      return ([true, false] as const)
        .filter((outcome) => !seen.has(outcome))
        .map((outcome) => ({ path, never: outcome ? ('passed' as const) : ('rejected' as const) }));
    }),
  };
}
