import { describe, expect, it } from 'vitest';
import { fail } from '../../../../shared/failure.ts';
import { node, step, workflowOf } from '../../../fakes/outline.ts';
import { createRestateEngine } from '../../../fakes/restate-engine.ts';
import { useRestate } from '../../../fakes/restate.ts';
import { requireRestate } from '../../../programs.ts';
import { callsSuite } from '../../../suites/calls.ts';

describe.runIf(requireRestate())('on Restate [scale.engine.shared]', () => {
  const restate = useRestate();

  describe('as on one machine', () => {
    callsSuite(({ crash, paths } = {}) =>
      createRestateEngine(restate(), crash, undefined, paths ? { paths } : undefined),
    );
  });

  it('a called run whose log was cleared fails the call that waits for it, and does not begin anew by itself', async () => {
    const { admin } = restate();
    const test = await createRestateEngine(restate());
    try {
      test.world.on('inner', () => {
        throw fail('invalid', 'test.broken', 'broken');
      });
      const called = workflowOf(step('inner', 'act.write', { with: { name: 'inner' } }));
      const { run } = await test.run(
        workflowOf(node('call', 'sub', { page: 'Child' })),
        {},
        { pages: { Child: called } },
      );
      const child = test.engine.list().find((other) => other.run !== run)!.run;
      const { services } = (await (await fetch(`${admin}/services`)).json()) as { services: { name: string }[] };
      for (const { name } of services.filter((service) => service.name.endsWith('.Run'))) {
        const response = await fetch(`${admin}/services/${name}/state`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ object_key: child, new_state: {} }),
        });
        expect(response.ok).toBe(true);
      }
      await test.engine.resume(run, { by: { kind: 'person', name: 'Ada' } });
      await test.work();
      expect(test.engine.state(run).failure?.code).toBe('call.gone');
      expect(test.world.calls).toEqual(['inner']);
    } finally {
      test.remove();
    }
  });
});
