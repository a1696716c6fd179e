import { readBody } from '../engine/definitions.ts';
import type { Engine } from '../engine/engine.ts';
import type { Journal } from '../journal/journal.ts';
import { createToolCalls, type ToolCalls, type ToolCallsMeans } from './tool-calls.ts';

/** Tools for models and agents, over a daemon's engine and journal. */
export function openToolCalls(
  journal: Pick<Journal, 'append' | 'events' | 'run' | 'definition'>,
  engine: () => Pick<Engine, 'state'>,
  means: Omit<ToolCallsMeans, 'journal' | 'state' | 'pinned'>,
): ToolCalls {
  return createToolCalls({
    ...means,
    journal,
    state: (run) => engine().state(run),
    pinned: (run) => {
      const row = journal.run(run);
      const body = row && journal.definition(row.definition);
      return body === undefined ? {} : readBody(body).personas;
    },
  });
}
