import { afterEach, describe, expect, it } from 'vitest';
import { fail } from '../../shared/failure.ts';
import type { Json } from '../../shared/json.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { Node } from '../../shared/workflow/definition.ts';
import type { Crash } from '../fakes/crashing-journal.ts';
import type { TestEngine } from '../fakes/engine.ts';
import { node, step, workflowOf } from '../fakes/outline.ts';

/** One container as the table needs it (language.md, Nodes and Scope). */
interface Container {
  role: string;
  /** The container with the id `box`, around the given part, whose id is `part`. */
  around(part: Node): Node;
  /** Its output, when the part's is "part". */
  output: Json;
  /** Whether what follows sees `part`; `maybe` when it must ask with has(). */
  shows: 'yes' | 'maybe' | 'no';
  /** What becomes of the run when the part fails for good; the failure's code, or `passes`. */
  onFailure: string;
  /** No person may be waited for inside. */
  mayNotWait?: boolean;
}

const other = (id: string): Node => step(id, 'act.write', { with: { name: id } });

const CONTAINERS: Container[] = [
  {
    role: 'sequence',
    around: (part) => node('sequence', 'box', {}, other('before'), part),
    output: 'part',
    shows: 'yes',
    onFailure: 'test.broken',
  },
  {
    role: 'parallel',
    around: (part) => node('parallel', 'box', {}, part, other('beside')),
    output: { part: 'part', beside: 'beside' },
    shows: 'yes',
    onFailure: 'test.broken',
  },
  {
    role: 'parallel, wait',
    around: (part) => node('parallel', 'box', { 'on-failure': 'wait' }, part, other('beside')),
    output: { part: 'part', beside: 'beside' },
    shows: 'yes',
    onFailure: 'test.broken',
  },
  {
    role: 'parallel, continue',
    around: (part) => node('parallel', 'box', { 'on-failure': 'continue' }, part, other('beside')),
    output: { part: { ok: true, output: 'part' }, beside: { ok: true, output: 'beside' } },
    shows: 'maybe',
    onFailure: 'passes',
  },
  {
    role: 'route',
    around: (part) =>
      node(
        'route',
        'box',
        { by: "'b'", default: 'a' },
        node('case', 'case_a', { is: 'a' }, other('in_a')),
        node('case', 'case_b', { is: ['b', 'c'] }, part),
      ),
    output: { case: 'case_b', output: 'part' },
    shows: 'maybe',
    onFailure: 'test.broken',
  },
  {
    role: 'when',
    around: (part) => node('when', 'box', { if: 'true' }, part, node('otherwise', 'otherwise', {}, other('else'))),
    output: 'part',
    shows: 'maybe',
    onFailure: 'test.broken',
  },
  {
    role: 'when, otherwise',
    around: (part) => node('when', 'box', { if: 'false' }, other('then'), node('otherwise', 'otherwise', {}, part)),
    output: 'part',
    shows: 'maybe',
    onFailure: 'test.broken',
  },
  {
    role: 'retry',
    around: (part) => node('retry', 'box', { attempts: 2 }, part),
    output: 'part',
    shows: 'yes',
    onFailure: 'test.broken',
  },
  {
    role: 'fallback',
    around: (part) => node('fallback', 'box', {}, part, other('second')),
    output: { chosen: 'part', output: 'part' },
    shows: 'maybe',
    onFailure: 'passes',
  },
  {
    role: 'timeout',
    around: (part) => node('timeout', 'box', { after: '1h' }, part),
    output: 'part',
    shows: 'yes',
    onFailure: 'test.broken',
  },
  {
    role: 'breaker',
    around: (part) => node('breaker', 'box', { name: 'b', failures: 3, recovery: '1m' }, part),
    output: 'part',
    shows: 'yes',
    onFailure: 'test.broken',
    mayNotWait: true,
  },
  {
    role: 'repeat',
    around: (part) => node('repeat', 'box', { every: '5s', times: 2 }, part),
    output: { last: 'part', list: ['part', 'part'] },
    shows: 'no',
    onFailure: 'test.broken',
  },
  {
    role: 'foreach',
    around: (part) => node('foreach', 'box', { in: '[1, 2]', as: 'item' }, part),
    output: ['part', 'part'],
    shows: 'no',
    onFailure: 'test.broken',
  },
  {
    role: 'foreach, continue',
    around: (part) => node('foreach', 'box', { in: '[1]', as: 'item', 'on-failure': 'continue' }, part),
    output: [{ ok: true, output: 'part' }],
    shows: 'no',
    onFailure: 'passes',
  },
  {
    role: 'saga',
    around: (part) =>
      node(
        'saga',
        'box',
        {},
        step(
          'made',
          'act.write',
          { with: { name: 'made' } },
          node('undo', 'undo', {}, step('unmade', 'act.write', { with: { name: 'unmade' } })),
        ),
        part,
      ),
    output: 'part',
    shows: 'yes',
    onFailure: 'test.broken',
  },
];

const PART = step('part', 'act.write', { with: { name: 'part' } });

/** Right before and right after each of so many writes. */
export function everyCrash(writes: number): Crash[] {
  return Array.from({ length: writes }, (_, index) => index + 1).flatMap((at) => [
    { at, when: 'before' },
    { at, when: 'after' },
  ]);
}

/**
 * Every container × {output, scope, failure, cancel, timeout, restart}: the meaning of the language, for any engine. `crashes`
 * chooses where the process ends, of a run with so many writes.
 */
export function containersSuite(create: (crash?: Crash) => Promise<TestEngine>, crashes = everyCrash): void {
  let test: TestEngine;
  afterEach(() => test.remove());

  describe.each(CONTAINERS.map((container) => [container.role, container] as const))('%s', (_role, container) => {
    it('gives its output [core.engine.table]', async () => {
      test = await create();
      const state = await test.run(workflowOf(container.around(PART)));
      expect(state.failure).toBeUndefined();
      expect(state.output).toEqual(container.output);
    });

    it('shows what is inside as the language says [core.engine.table]', async () => {
      test = await create();
      const value = '${{ has(steps.part) && has(steps.part.output) }}';
      const shown = test.run(
        workflowOf(container.around(PART), step('look', 'act.read', { with: { name: 'look', value } })),
      );
      if (container.shows === 'no')
        await expect(shown).rejects.toMatchObject({ failure: { data: { code: 'id.not_set' } } });
      else expect((await shown).output).toBe(true);
    });

    it('lets an output be used without has() only where it is certain [core.engine.table]', async () => {
      test = await create();
      const value = '${{ steps.part.output }}';
      const used = test.run(
        workflowOf(container.around(PART), step('look', 'act.read', { with: { name: 'look', value } })),
      );
      if (container.shows === 'yes') expect((await used).output).toBe('part');
      else await expect(used).rejects.toMatchObject({ failure: { code: 'definition.broken' } });
    });

    it('fails or goes on when its part fails [core.engine.table]', async () => {
      test = await create();
      test.world.on('part', () => {
        throw fail('invalid', 'test.broken', 'broken for good');
      });
      const state = await test.run(workflowOf(container.around(PART)));
      expect(state.failure?.code ?? 'passes').toBe(container.onFailure);
      const undone = test.world.calls.includes('unmade');
      expect(undone).toBe(container.role === 'saga');
    });

    it('stops on cancel, and a resume finishes it [core.engine.table]', async () => {
      test = await create();
      let blocked = true;
      test.world.on('part', ({ signal }) => (blocked ? untilAborted(signal) : 'part'));
      test.world.verify('part', () => ({ is: 'not-done' }));
      const run = await start(test, container.around(PART));
      await test.settle();
      await test.engine.cancel(run, ADA);
      await test.work();
      expect(test.engine.state(run).status).toBe('cancelled');
      blocked = false;
      await test.engine.resume(run, { by: ADA });
      await test.work();
      expect(test.engine.state(run).output).toEqual(container.output);
    });

    it('stops at a deadline around it, also over a restart [core.engine.table]', async () => {
      test = await create();
      test.world.on('part', ({ signal }) => untilAborted(signal));
      test.world.verify('part', () => ({ is: 'not-done' }));
      const run = await start(test, node('timeout', 'limit', { after: '10m' }, container.around(PART)));
      await test.settle();
      test = await test.restart();
      await test.work();
      const state = test.engine.state(run);
      expect(state.failure?.code).toBe('timeout.elapsed');
      expect((state.endedAt ?? 0) - state.startedAt).toBe(600_000);
    });

    it('comes out the same wherever the process ends [core.engine.table] [core.kill.every-event]', async () => {
      test = await create();
      const definition = workflowOf(container.around(PART), other('after'));
      const clean = await test.run(definition);
      const { writes } = test.journal;
      const effects = ledgerOf(test);
      expect(clean.status).toBe('completed');
      for (const crash of crashes(writes)) {
        test.remove();
        test = await create(crash);
        const begin = (engine: TestEngine) => start(engine, container.around(PART), other('after'));
        void begin(test);
        await test.work();
        test = await test.restart();
        // The caller that never got an answer asks again; its key sees to it that there is one run.
        const run = await begin(test);
        await test.work();
        expect(summary(test.engine.state(run)), `${crash.when} write ${crash.at}`).toEqual(summary(clean));
        expect(ledgerOf(test), `${crash.when} write ${crash.at}`).toEqual(effects);
      }
    });
  });
}

const ADA = { kind: 'person', name: 'Ada' } as const;

function start(test: TestEngine, ...nodes: Node[]): Promise<string> {
  return test.engine.start({ definition: workflowOf(...nodes), inputs: {}, by: ADA, idempotencyKey: 'the run' });
}

/** What must be the same however a run came to its end. */
function summary(state: RunState): Json {
  const nodes = [...state.nodes.values()].map(({ key, status }) => [key, status]);
  return { status: state.status, output: state.output ?? null, nodes: Object.fromEntries(nodes) as Json };
}

function ledgerOf(test: TestEngine): string[] {
  return test.world.ledger.map(({ name }) => name).toSorted();
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
