import { fail } from '../../shared/failure.ts';
import { stageOf } from '../../shared/run/stages.ts';
import type { Actor } from '../../shared/run/event.ts';
import type { PersonaShape } from '../../shared/workflow/role.ts';
import type { Action } from '../actions/action.ts';
import type { AgentPort } from '../actions/agent-run.ts';
import type { ToolCalls } from '../personas/tool-calls.ts';
import { converse } from './conversation.ts';
import type { Models } from './models.ts';
import { askPerson } from './person.ts';
import { instructionsFor } from './prompt.ts';
import { toolbox } from './toolbox.ts';
import type { Turns } from './turns.ts';

export interface AgentMeans {
  models: Models;
  toolCalls: ToolCalls;
  turns: Turns;
  /** The catalogue, of which a step may list actions as tools. */
  actions(): ReadonlyMap<string, Action>;
  /** A persona as it was pinned with a run. */
  persona(run: string, id: string): PersonaShape | undefined;
  redact<T>(value: T): T;
}

/** Models at work in steps: with the persona's prompt and tools, and everything on record. */
export function openAgents(means: AgentMeans): AgentPort {
  const { models, toolCalls, turns } = means;
  return {
    async work(task, context) {
      const { run, node, key } = context;
      const state = run.state();
      const before = turns.of(run.id, key);
      // What was begun by a person stays with a person, also when a model was configured meanwhile.
      const asked = before.length === 0 && state.nodes.get(node)?.ask !== undefined;
      const chosen = asked ? undefined : await models.choose(task.model);
      if (!chosen) return askPerson(task, context);
      if (task.cost !== undefined && !chosen.price) {
        throw fail(
          'invalid',
          'agent.no_price',
          `The step limits its cost, but “${chosen.name}” has no price in config.yaml. Say there what a million tokens cost.`,
        );
      }
      const persona = context.persona ?? '';
      const pinned = means.persona(run.id, persona);
      if (!pinned)
        throw fail('not-found', 'persona.unknown', `There is no persona “${persona}” for the model to work as.`);
      const post = { run: run.id, node, persona };
      const by: Actor = { kind: 'persona', name: persona, id: persona };
      return converse(task, context, {
        chosen,
        instructions: means.redact(instructionsFor(pinned, run, stageOf(state, node)?.title, task)),
        tools: await toolbox(task, post, by, context, { toolCalls, actions: means.actions() }),
        turns: { earlier: before, add: (turn) => turns.add(run.id, node, turn) },
        tainted: context.tainted?.(),
        refuse: async (tool, why) => (await toolCalls.refuse(post, tool.title, why, by)).message,
        redact: (value) => means.redact(value),
      });
    },
  };
}
