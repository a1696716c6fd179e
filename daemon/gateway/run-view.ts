import type { Json } from '../../shared/json.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { Place } from './conversation.ts';
import { asJson } from './tool.ts';

/** A run as an agent is told of it: how it stands and what waits for whom, nothing of what other personas were offered. */
export function runView(state: RunState): { [name: string]: Json } {
  const nodes = [...state.nodes.values()].map(({ key, role, title, status, failure, assumed }) => ({
    node: key,
    role,
    title,
    status,
    assumed,
    failure: failure?.message,
  }));
  return asJson({
    run: state.run,
    number: state.number,
    title: state.title,
    status: state.status,
    dryRun: state.dryRun,
    startedBy: state.by.name,
    startedAt: new Date(state.startedAt).toISOString(),
    endedAt: state.endedAt === undefined ? undefined : new Date(state.endedAt).toISOString(),
    inputs: state.inputs,
    failure: state.failure?.message,
    nodes,
    waiting: waitingIn(state),
    notes: state.notes.map(({ at, text, by }) => ({ at: new Date(at).toISOString(), text, by: by.name })),
  }) as { [name: string]: Json };
}

/** What waits, and for whom. Only what says `from: agent` can an agent answer; nothing can it sign. */
export function waitingIn(state: RunState): Json[] {
  return [...state.waiting].flatMap((key) => {
    const node = state.nodes.get(key);
    if (node?.ask) {
      const { question, because, options, form, from } = node.ask;
      return [asJson({ node: key, kind: 'ask', from, question, because, options, form })];
    }
    if (node?.gate)
      return [asJson({ node: key, kind: 'gate', from: 'person', title: node.title, checks: node.gate.checks })];
    return [];
  });
}

/** Where an agent is: the run, the stage in force, whom it works as, and what waits. */
export function placeView({ state, stage, persona }: Place): { [name: string]: Json } {
  const prefix = stage && `${stage.key}/`;
  const steps = [...state.nodes.values()].filter(({ key }) => prefix !== undefined && key.startsWith(prefix));
  return asJson({
    attached: true,
    run: state.run,
    number: state.number,
    title: state.title,
    status: state.status,
    dryRun: state.dryRun,
    inputs: state.inputs,
    stage: stage && { node: stage.key, title: stage.title, status: stage.status },
    persona,
    steps: steps.map(({ key, role, title, status }) => ({ node: key, role, title, status })),
    waiting: waitingIn(state),
  }) as { [name: string]: Json };
}
