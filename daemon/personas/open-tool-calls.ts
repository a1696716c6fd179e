import type { Engine } from '../engine/engine.ts';
import { personasOfRun } from '../engine/pinned-personas.ts';
import type { Journal } from '../journal/journal.ts';
import { createToolCalls, type ToolCalls, type ToolCallsMeans } from './tool-calls.ts';

/** Tools for models and agents, over a daemon's engine and journal. */
export function openToolCalls(
  journal: Pick<Journal, 'append' | 'events' | 'run' | 'definition'> & Partial<Pick<Journal, 'cell'>>,
  engine: () => Pick<Engine, 'state'>,
  means: Omit<ToolCallsMeans, 'journal' | 'state' | 'pinned'>,
): ToolCalls {
  return createToolCalls({
    ...means,
    journal,
    state: (run) => engine().state(run),
    pinned: (run) => personasOfRun(journal, run),
  });
}
