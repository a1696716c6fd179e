import { expect, it } from 'vitest';
import { RUNS_LOOKED_AT, unusedTools } from '../../../daemon/personas/unused.ts';
import { createTestEngine } from '../../fakes/engine.ts';
import { step, workflowOf } from '../../fakes/outline.ts';

it('proposes to remove tools that the last ten runs did not use, and none before there were ten [personas.receipts.unused]', async () => {
  const test = await createTestEngine();
  const tools = [
    { server: 'a', tool: 'dear', tokens: 90 },
    { server: 'a', tool: 'used', tokens: 10 },
  ];
  const look = () =>
    unusedTools(
      'tester',
      tools,
      test.engine.list().map(({ run }) => test.engine.state(run)),
    );
  for (let n = 0; n < RUNS_LOOKED_AT; n += 1) {
    expect(look()).toEqual({ runs: n, tools: [] });
    const { run } = await test.run(workflowOf(step('look', 'act.read', { with: { name: 'look' } })));
    const called = { persona: 'tester', server: 'a', tool: 'used', effect: 'read', with: {} } as const;
    const by = { kind: 'persona', name: 'Claude' } as const;
    await test.journal.append(run, [{ type: 'tool.called', node: 'work', payload: { call: `${n}`, ...called, by } }]);
  }
  expect(look()).toEqual({ runs: RUNS_LOOKED_AT, tools: [tools[0]] });
  expect(unusedTools('nobody', tools, [])).toEqual({ runs: 0, tools: [] });
  test.remove();
});
