import { afterEach, describe, expect, it } from 'vitest';
import { fail } from '../../../shared/failure.ts';
import { createTestEngine, type TestEngine } from '../../fakes/engine.ts';
import { node, step, workflowOf } from '../../fakes/outline.ts';

let test: TestEngine;
afterEach(() => test.remove());

const ADA = { kind: 'person', name: 'Ada' } as const;
const publish = (settings = {}) => step('publish', 'act.irreversible', { with: { name: 'publish' }, ...settings });
const lost = () => fail('network', 'test.lost', 'The answer was lost.');

/** Happens, and then nobody hears of it. */
function happensUnheard(): void {
  test.world.on('publish', ({ key }) => {
    test.world.ledger.push({ name: 'publish', key, value: 'published' });
    throw lost();
  });
}

describe('a step that waits for its secret', () => {
  it.each([
    [
      'its own deadline runs',
      step('slow', 'act.read', { timeout: '3m', with: { name: 'slow', value: "${{ secret('S') }}" } }),
    ],
    ['others wait', step('slow', 'act.read', { with: { name: 'slow', value: "${{ secret('S') }}" } })],
  ])('is not let go when its neighbours end meanwhile and %s [core.effects.prepared]', async (_when, slow) => {
    let give = (): void => undefined;
    let asked = (): void => undefined;
    const isAsked = new Promise<void>((resolve) => (asked = resolve));
    test = await createTestEngine({
      options: {
        secrets: {
          read() {
            asked();
            return new Promise((resolve) => (give = () => resolve('s3cret')));
          },
        },
        personas: () => new Map([['tester', { id: 'tester', actions: ['act.*'], secrets: ['S'] }]]),
      },
    });
    let end = (): void => undefined;
    test.world.on('quick', () => new Promise((resolve) => (end = () => resolve('quick'))));
    const waits = node('wait', 'later', { for: '1h' });
    const definition = workflowOf(
      node('parallel', 'both', {}, slow, step('quick', 'act.read', { with: { name: 'quick' } }), waits),
    );
    const run = await test.engine.start({ definition, inputs: {}, by: ADA });
    await isAsked;
    await test.settle();
    end();
    await test.settle();
    give();
    await test.settle();
    expect(test.world.calls).toContain('slow');
    await test.work();
    expect(test.engine.state(run).status).toBe('completed');
  });
});

describe('a write whose answer was lost', () => {
  it('is recognised as done and not repeated [core.effects.lost-answer]', async () => {
    test = await createTestEngine();
    happensUnheard();
    const state = await test.run(workflowOf(node('retry', 'again', { attempts: 3 }, publish())));
    expect(state.output).toBe('published');
    expect(test.world.ledger).toHaveLength(1);
    expect(state.nodes.get('work/again#1/publish')?.verified).toEqual({ verdict: 'done' });
  });

  it('that cannot be taken back is not done again when a retry repeats what stands beside it [core.engine.effects]', async () => {
    test = await createTestEngine();
    // Nobody could say so later.
    test.world.verify('publish', () => ({ is: 'unsure', why: 'The registry is down.' }));
    test.world.on('tell', ({ count }) => {
      if (count === 1) throw fail('locked', 'test.locked', 'locked');
      return 'told';
    });
    const tell = step('tell', 'act.read', { with: { name: 'tell' } });
    const both = node('sequence', 'both', {}, publish(), tell);
    const last = step('last', 'act.read', { with: { name: 'last', value: '${{ steps.publish.output }}' } });
    const state = await test.run(workflowOf(node('retry', 'again', { attempts: 3 }, both), last));
    expect(state).toMatchObject({ status: 'completed', output: 'publish' });
    expect(test.world.calls).toEqual(['publish', 'tell', 'tell', 'last']);
  });

  it('and takes something back is done for each thing that is made anew [core.engine.saga]', async () => {
    test = await createTestEngine();
    test.world.on('last', ({ count }) => {
      if (count === 1) throw fail('locked', 'test.locked', 'locked');
      throw fail('invalid', 'test.broken', 'broken');
    });
    test.world.verify('publish', () => ({ is: 'not-done' }));
    const made = step('made', 'act.write', { with: { name: 'made' } }, node('undo', 'undo_made', {}, publish()));
    const last = step('last', 'act.read', { with: { name: 'last' } });
    await test.run(workflowOf(node('retry', 'again', { attempts: 2 }, node('saga', 'both', {}, made, last))));
    expect(test.world.calls).toEqual(['made', 'last', 'publish', 'made', 'last', 'publish']);
  });

  it('is repeated under the same key when it did not happen', async () => {
    test = await createTestEngine();
    const keys: string[] = [];
    test.world.on('publish', ({ count, key }) => {
      keys.push(key);
      if (count === 1) throw lost();
      return 'published';
    });
    const state = await test.run(workflowOf(node('retry', 'again', { attempts: 3 }, publish())));
    expect(state.output).toBe('published');
    expect(new Set(keys).size).toBe(1);
    expect(test.world.ledger).toHaveLength(1);
  });

  it('passes no retry while nobody knows, and asks a person [core.effects.unknown]', async () => {
    test = await createTestEngine();
    test.world.on('publish', ({ count }) => {
      if (count === 1) throw lost();
      return 'published';
    });
    test.world.verify('publish', () => ({ is: 'unsure', why: 'The registry is down.' }));
    const { run, status } = await test.run(workflowOf(node('retry', 'again', { attempts: 3 }, publish())));
    expect(status).toBe('waiting');
    expect(test.world.calls).toEqual(['publish']);
    const [request] = test.engine.requests(run);
    expect(request).toMatchObject({
      kind: 'ask',
      options: ['It happened', 'It did not happen: do it now', 'Stop here'],
    });
    await test.engine.answer(run, request!.node, 'It did not happen: do it now', ADA);
    await test.work();
    expect(test.engine.state(run).output).toBe('published');
  });

  it('counts as done when a person says so, also after a restart in between', async () => {
    test = await createTestEngine();
    test.world.on('publish', () => {
      throw lost();
    });
    test.world.verify('publish', () => ({ is: 'unsure', why: 'The registry is down.' }));
    const { run } = await test.run(workflowOf(publish()));
    test = await test.restart();
    await test.work(() => test.engine.requests(run).length > 0);
    await test.engine.answer(run, 'work/publish', 'It happened', ADA);
    await test.work();
    expect(test.engine.state(run).status).toBe('completed');
    expect(test.world.calls).toEqual(['publish']);
  });

  it('fails with effect.unknown where the page says so, and is asked about again on resume', async () => {
    test = await createTestEngine();
    happensUnheard();
    let known = false;
    test.world.verify('publish', () =>
      known ? { is: 'done', result: 'published' } : { is: 'unsure', why: 'The registry is down.' },
    );
    const { run, failure } = await test.run(
      workflowOf(
        node(
          'fallback',
          'either',
          {},
          publish({ 'on-unknown': 'fail' }),
          step('by_hand', 'act.write', { with: { name: 'by_hand' } }),
        ),
      ),
    );
    expect(failure?.code).toBe('effect.unknown');
    known = true;
    await test.engine.resume(run, { by: ADA });
    await test.work();
    expect(test.engine.state(run).status).toBe('completed');
    expect(test.world.calls).toEqual(['publish']);
  });
});

describe('a step', () => {
  it('that outlives its own deadline is recognised when it took effect [core.effects.timeout] [core.kill.timeout]', async () => {
    test = await createTestEngine();
    test.world.on('publish', async ({ key, signal }) => {
      test.world.ledger.push({ name: 'publish', key, value: 'published' });
      await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(lost())));
      return null;
    });
    const state = await test.run(workflowOf(publish({ timeout: '60s' })));
    expect(state.output).toBe('published');
    expect(test.world.ledger).toHaveLength(1);
  });

  it('that outlives its deadline without any effect fails with step.timeout', async () => {
    test = await createTestEngine();
    test.world.on(
      'publish',
      ({ signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(lost()))),
    );
    const state = await test.run(workflowOf(publish({ timeout: '60s' })));
    expect(state.failure?.code).toBe('step.timeout');
  });

  it('that does not end when it is told to is left behind after a bounded time', async () => {
    test = await createTestEngine();
    test.world.on('hang', () => new Promise(() => undefined));
    const start = test.clock.now();
    const state = await test.run(workflowOf(step('hang', 'act.read', { with: { name: 'hang' }, timeout: '60s' })));
    expect(state.failure?.code).toBe('step.timeout');
    expect(test.clock.now() - start).toBe(70_000);
  });

  it('is refused from the moment its persona may not any more, and the refusal is recorded', async () => {
    const actions = ['act.*'];
    test = await createTestEngine({
      options: { personas: () => new Map([['tester', { id: 'tester', actions, secrets: [] }]]) },
    });
    test.world.on('first', () => {
      actions.splice(0, 1, 'act.read');
      return 'first';
    });
    const state = await test.run(workflowOf(step('first', 'act.read', { with: { name: 'first' } }), publish()));
    expect(state.failure?.code).toBe('persona.refused');
    expect(state.refusals).toMatchObject([{ node: 'work/publish', persona: 'tester', wanted: 'act.irreversible' }]);
    expect(test.world.calls).toEqual(['first']);
  });
});

describe('memory', () => {
  it('of a namespace that inputs name is shared by runs of those inputs and no others [core.engine.memory]', async () => {
    test = await createTestEngine();
    const header = node('workflow', 'feature', {
      memory: 'feature_${{ inputs.name }}',
      inputs: { name: {}, found: { default: '' } },
    });
    const definition = {
      ...workflowOf(
        step('look', 'act.read', {
          with: { name: 'look', value: '${{ has(memory.found) ? memory.found : "nothing" }}' },
        }),
        node(
          'when',
          'told',
          { if: 'inputs.found != ""' },
          step('keep', 'act.read', { with: { name: 'keep' }, remember: { found: '${{ inputs.found }}' } }),
        ),
      ),
      header: { ...header, settings: { ...header.settings, output: '${{ steps.look.output }}' } },
    };
    const seen = async (inputs: Record<string, string>) => (await test.run(definition, inputs)).output;
    expect(await seen({ name: 'search', found: 'a bug' })).toBe('nothing');
    expect(await seen({ name: 'login', found: '' })).toBe('nothing');
    expect(await seen({ name: 'search', found: '' })).toBe('a bug');
  });

  it('gives the newest of a key, also when that is nothing', async () => {
    test = await createTestEngine();
    for (const name of ['a', 'b', 'gone', '7']) test.world.on(name, ({ count }) => count);
    const memory = (y: string, x: string | null) => ({ remember: { y, x } });
    await test.run(
      workflowOf(
        step('a', 'act.read', { with: { name: 'a' }, ...memory('6', 'kept') }),
        step('b', 'act.read', { with: { name: 'b' }, ...memory('7', null) }),
        step('c', 'act.read', { with: { name: '${{ memory.x == null ? "gone" : memory.x }}' } }),
        step('d', 'act.read', { with: { name: '${{ memory.y }}' } }),
      ),
    );
    expect(test.world.calls).toEqual(['a', 'b', 'gone', '7']);
  });
});

describe('a dry run', () => {
  it('does nothing but reads, and shows the rest [core.cli.dry-run]', async () => {
    test = await createTestEngine();
    const state = await test.run(
      workflowOf(
        step('look', 'act.read', { with: { name: 'look' } }),
        step('write', 'act.write', { with: { name: 'write' } }),
        node('gate', 'gate', {}, node('check', 'never', { that: 'false' }), node('sign-off', 'somebody')),
        publish(),
      ),
      {},
      { dryRun: true },
    );
    expect(state.status).toBe('completed');
    expect(test.world.calls).toEqual(['look']);
    expect(state.nodes.get('work/publish')?.step).toMatchObject({
      action: 'act.irreversible',
      with: { name: 'publish' },
    });
  });
});
