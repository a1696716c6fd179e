import { fail } from '../../shared/failure.ts';
import type { JsonObject } from '../../shared/json.ts';
import type { Signature } from '../../shared/run/event.ts';
import { personaIn, stagesInForce } from '../../shared/run/stages.ts';
import type { NodeState, RunState } from '../../shared/run/state.ts';
import type { NodeKey } from '../../shared/workflow/definition.ts';
import type { PersonaShape } from '../../shared/workflow/role.ts';
import type { Journal } from '../journal/journal.ts';
import type { Subject } from './engine.ts';
import type { Signing } from './signing.ts';

type Switch = Extract<Subject, { kind: 'persona' }>;

interface SwitchMeans {
  journal: Journal;
  signing: Signing;
  state(run: string): RunState;
  /** The personas as they were pinned with a run. */
  pinned(run: string): Readonly<Record<string, PersonaShape>>;
}

/**
 * Exactly what a person is shown before they give a stage's agent another persona. Throws `persona.not_pinned`: what a run was
 * not pinned to would be loosened by it (security.md 8); `persona.no_stage`; `persona.in_force`.
 */
export function shownSwitch({ run, node, persona }: Switch, { state: stateOf, pinned }: SwitchMeans): JsonObject {
  const state = stateOf(run);
  const stage = stageIn(state, node);
  const known = pinned(run);
  if (!Object.hasOwn(known, persona)) {
    throw fail(
      'denied',
      'persona.not_pinned',
      `This run was started with the personas ${Object.keys(known).join(', ')} and may use no other. Name “${persona}” on its page and start a new run.`,
    );
  }
  const from = personaIn(stage) ?? null;
  if (from === persona) throw fail('conflict', 'persona.in_force', `“${persona}” is in force already.`);
  const { tools = {}, actions } = known[persona]!;
  return {
    kind: 'persona',
    run,
    title: state.title,
    stage: stage.title ?? node,
    from,
    to: persona,
    actions: [...actions],
    tools: Object.fromEntries(Object.entries(tools).map(([server, names]) => [server, [...names]])),
  };
}

/** Gives the agent of a stage another persona until the stage ends: one signed event. The page's own steps keep theirs. */
export async function switchPersona(subject: Switch, signature: Signature, means: SwitchMeans): Promise<void> {
  const { run, node, persona } = subject;
  await means.journal.transact((transaction) => {
    const shown = shownSwitch(subject, means);
    means.signing.accept(subject, shown, signature);
    const by = { kind: 'person', name: signature.person } as const;
    const from = typeof shown.from === 'string' ? shown.from : null;
    transaction.append(run, { type: 'persona.switched', node, payload: { from, to: persona, by, signature } });
  });
}

function stageIn(state: RunState, node: NodeKey): NodeState {
  const stage = stagesInForce(state).find(({ key }) => key === node);
  if (stage) return stage;
  throw fail(
    'conflict',
    'persona.no_stage',
    `No such stage of “${state.title}” #${state.number} is in force now (the run is ${state.status}).`,
  );
}
