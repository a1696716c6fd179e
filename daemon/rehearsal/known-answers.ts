import { existsSync } from 'node:fs';
import type { RunEvent } from '../../shared/run/event.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { Definition } from '../../shared/workflow/definition.ts';
import { scenarioOfRun } from '../scenarios/from-run.ts';
import { loadScenarios } from '../scenarios/load.ts';
import type { Start } from './faults.ts';

/** A completed run of the workflow. */
export interface PastRun {
  state: RunState;
  events: readonly RunEvent[];
  pages: Readonly<Record<string, Definition>>;
}

/**
 * What the world answers in a rehearsal: as in the first scenario beside the page that completes, else as in a past run.
 * Undefined when nothing is known: then everything answers with stand-ins of the right shape.
 */
export function knownAnswers(file: string, definition: Definition, past: () => PastRun | undefined): Start | undefined {
  const beside = file.replace(/\.md$/, '.scenarios.yaml');
  if (beside !== file && existsSync(beside)) {
    const { defaults, scenarios } = loadScenarios(beside);
    const good = scenarios.find(({ expect }) => expect.status === 'completed');
    if (good) {
      const people = good.people ?? defaults?.people;
      return {
        inputs: { ...defaults?.inputs, ...good.inputs },
        answers: { ...defaults?.answers, ...good.answers },
        ...(people ? { people } : {}),
      };
    }
  }
  const run = past();
  if (!run) return undefined;
  const { inputs, answers, people } = scenarioOfRun({ ...run, definition }, 'past');
  return { ...(inputs ? { inputs } : {}), ...(answers ? { answers } : {}), ...(people ? { people } : {}) };
}
