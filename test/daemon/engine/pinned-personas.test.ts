import { afterEach, describe, expect, it } from 'vitest';
import type { PersonaShape } from '../../../shared/workflow/role.ts';
import { personasOfRun } from '../../../daemon/engine/pinned-personas.ts';
import { createDropDefinition } from '../../../daemon/journal/drop-definition.ts';
import { createTestEngine, type TestEngine } from '../../fakes/engine.ts';
import { node, step, workflowOf } from '../../fakes/outline.ts';

let test: TestEngine;
let persona: PersonaShape;
afterEach(() => test.remove());

const by = { kind: 'person', name: 'Ada' } as const;
const tester = (...actions: string[]): PersonaShape => ({ id: 'tester', actions, secrets: [] });
const create = async (): Promise<TestEngine> =>
  (test = await createTestEngine({ options: { personas: () => new Map([['tester', persona]]) } }));
const page = workflowOf(
  node('ask', 'first', { question: 'Now?' }),
  step('then', 'act.write', { with: { name: 'then' } }),
);

describe('a persona that is loosened', () => {
  it('holds for the next run of a page that was read, trusted or run before, and for no earlier one [core.engine.pinning]', async () => {
    persona = tester('act.read');
    await create();
    // As the plugin does with every page that it shows.
    await test.engine.propose(page);
    await expect(test.run(page)).rejects.toMatchObject({ failure: { code: 'definition.broken' } });
    persona = tester('act.read', 'act.write');
    const { run: early } = await test.run(page);
    persona = tester('act.*');
    const { run: late } = await test.run(page);
    for (const again of [false, true]) {
      if (again) test = await test.restart();
      await test.work();
      expect(personasOfRun(test.journal, early)).toEqual({ tester: tester('act.read', 'act.write') });
      expect(personasOfRun(test.journal, late)).toEqual({ tester: tester('act.*') });
    }
    for (const run of [early, late]) {
      await test.engine.answer(run, 'work/first', 'yes', by);
      await test.work();
      expect(test.engine.state(run).status).toBe('completed');
    }
  });

  it('holds for a run that goes on with its edited page, as for a start of it [core.move.trust]', async () => {
    persona = tester('act.read');
    await create();
    const { run } = await test.run(workflowOf(node('ask', 'first', { question: 'Now?' })));
    const definition = await test.engine.propose(page);
    await expect(test.engine.move(run, { definition, by })).rejects.toMatchObject({
      failure: { code: 'definition.broken' },
    });
    persona = tester('act.*');
    await test.engine.move(run, { definition, by });
    await test.work();
    test = await test.restart();
    await test.engine.answer(run, 'work/first', 'yes', by);
    await test.work();
    expect(test.engine.state(run)).toMatchObject({ status: 'completed' });
    expect(personasOfRun(test.journal, run)).toEqual({ tester: tester('act.*') });
  });

  it('holds for no run that was pinned to it as it is again, though its page was only looked at meanwhile [core.engine.pinning]', async () => {
    persona = tester('act.write');
    await create();
    const { run: over } = await test.run(workflowOf(step('then', 'act.write', { with: { name: 'then' } })));
    expect(test.engine.state(over).status).toBe('completed');
    // A page that somebody is shown, that is written anew, and then is as it was.
    const definition = await test.engine.propose(page);
    test.engine.challenge({ kind: 'trust', definition });
    createDropDefinition(test.database)(definition);
    persona = tester('act.*');
    await test.engine.propose(page);
    const { run: loose } = await test.run(page);
    persona = tester('act.write');
    const { run: strict } = await test.run(page);
    for (const again of [false, true]) {
      if (again) test = await test.restart();
      expect(personasOfRun(test.journal, loose)).toEqual({ tester: tester('act.*') });
      expect(personasOfRun(test.journal, strict)).toEqual({ tester: tester('act.write') });
    }
  });
});
