import { join } from 'node:path';
import { actions as actionList } from '../../daemon/actions/index.ts';
import { loadPersonas } from '../../daemon/personas/load.ts';
import { loadScenarios } from '../../daemon/scenarios/load.ts';
import { scenarioOwner, signAs } from '../../daemon/scenarios/people.ts';
import { counterparts, servicesAt, stubActions, type Effect } from '../../daemon/scenarios/stubs.ts';
import { shippedDefinitions, SHIPPED } from '../../daemon/workflows.ts';
import type { Json } from '../../shared/json.ts';
import type { RunState } from '../../shared/run/state.ts';
import { readInputs } from '../../shared/workflow/inputs.ts';
import type { Crash } from './crashing-journal.ts';
import { createTestEngine, type TestEngine } from './engine.ts';

const definition = shippedDefinitions().get('package-release')!;
const { defaults } = loadScenarios(join(SHIPPED, 'package-release.scenarios.yaml'));
const personas = loadPersonas(join(SHIPPED, 'personas'));
const actions = new Map(actionList.map((action) => [action.name, action]));

/** Package release on fast stand-ins: the shipped page, the real engine and journal, every counterpart a book of effects. */
export interface ReleaseRun {
  test: TestEngine;
  /** What took effect at the counterparts, in order, over all restarts. */
  books: Effect[];
  /** Starts it (once, however often it is called) and works until it has ended or the process does. People sign as they are asked. */
  work(): Promise<RunState | undefined>;
  /** Ends the process and opens another, on the journal as it is or as it was in a backup. */
  restart(crash?: Crash, backup?: Buffer): Promise<ReleaseRun>;
}

/** Answers by node id or action name take the place of those under which everything goes well. */
export async function createRelease(crash?: Crash, answers: Record<string, Json> = {}): Promise<ReleaseRun> {
  const at = counterparts({ ...defaults?.answers, ...answers });
  const test = await createTestEngine({
    ...(crash ? { crash } : {}),
    options: {
      actions: stubActions(actions),
      personas: () => personas,
      secrets: { read: (name) => Promise.resolve(`the value of ${name}`) },
      owner: scenarioOwner,
      services: (_run, node) => servicesAt(at, node),
    },
  });
  return releaseOn(test, at.effects);
}

function releaseOn(test: TestEngine, books: Effect[]): ReleaseRun {
  const { values } = readInputs(definition, defaults!.inputs as never);
  return {
    test,
    books,
    async work() {
      const by = { kind: 'person', name: 'Ben' } as const;
      const starting = test.engine.start({
        definition,
        inputs: values,
        by,
        graph: 'release',
        idempotencyKey: 'the release',
      });
      await test.settle();
      if (test.journal.crashed) return undefined;
      const run = await starting;
      for (let asked = 0; asked < 5; asked += 1) {
        await test.work(() => test.engine.requests(run).length > 0);
        if (test.journal.crashed) return undefined;
        const request = test.engine.requests(run).find(({ kind }) => kind === 'sign-off');
        if (request?.kind !== 'sign-off') break;
        const { node, signOff } = request;
        const challenge = test.engine.challenge({ kind: 'sign-off', run, node, signOff });
        void test.engine.sign(run, node, signOff, signAs('Ada', challenge, test.clock.now()));
        await test.settle();
      }
      return test.journal.crashed ? undefined : test.engine.state(run);
    },
    restart: async (crash, backup) => releaseOn(await test.restart(crash, backup), books),
  };
}

/** What a step (by its id) or action answers when everything goes well. */
export function usualAnswer(who: string): Json {
  return (defaults!.answers as Record<string, Json>)[who]!;
}

/** What must be the same however a release came to its end: its nodes and outcome, and each effect once. */
export function outcomeOf(state: RunState | undefined, books: readonly Effect[]): Json {
  const nodes = [...(state?.nodes.values() ?? [])].map(({ key, status }) => [key, status]);
  return {
    status: state?.status ?? 'none',
    output: state?.output ?? null,
    nodes: Object.fromEntries(nodes) as Json,
    effects: books.map(({ id }) => id),
  };
}
