import type { Action } from '../actions/action.ts';
import type { AgentPort } from '../actions/agent-run.ts';
import { personasOfRun } from '../engine/pinned-personas.ts';
import type { Journal } from '../journal/journal.ts';
import type { ToolCalls } from '../personas/tool-calls.ts';
import type { Redactor } from '../secrets/redact.ts';
import type { Secrets } from '../secrets/secrets.ts';
import { createModels, type ModelsConfig } from './models.ts';
import { openAgents } from './open-agents.ts';
import { journaledTurns } from './turns.ts';

/** Models in steps, over a daemon's journal, tools and configuration. */
export function agentsOf(
  config: ModelsConfig,
  means: {
    journal: Pick<Journal, 'append' | 'events' | 'run' | 'definition'> & Partial<Pick<Journal, 'cell'>>;
    secrets: Secrets;
    redactor: Redactor;
    toolCalls: ToolCalls;
    actions(): ReadonlyMap<string, Action>;
  },
): AgentPort {
  const { journal, secrets, redactor, toolCalls, actions } = means;
  return openAgents({
    models: createModels(config, secrets),
    toolCalls,
    turns: journaledTurns(journal),
    actions,
    persona(run, id) {
      const personas = personasOfRun(journal, run);
      return Object.hasOwn(personas, id) ? personas[id] : undefined;
    },
    redact: (value) => redactor.redact(value),
  });
}
