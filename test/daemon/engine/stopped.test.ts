import { afterEach, describe, expect, it } from 'vitest';
import { NeedsPerson } from '../../../daemon/actions/action.ts';
import { fail } from '../../../shared/failure.ts';
import type { Node } from '../../../shared/workflow/definition.ts';
import { createTestEngine, type TestEngine } from '../../fakes/engine.ts';
import { node, step, workflowOf } from '../../fakes/outline.ts';

// A run is stopped by a cancel, a deadline or a part beside it: often while it is not in memory, so that replay has to come to where it was.

let test: TestEngine;
afterEach(() => test.remove());

const ADA = { kind: 'person', name: 'Ada' } as const;
const read = (id: string, settings = {}) => step(id, 'act.read', { with: { name: id }, ...settings });
const write = (id: string, settings = {}, ...parts: Node[]) =>
  step(id, 'act.write', { with: { name: id }, ...settings }, ...parts);
const made = (id: string) => write(id, {}, node('undo', `undo_${id}`, {}, write(`un${id}`)));

async function begin(...nodes: Node[]): Promise<string> {
  const run = await test.engine.start({ definition: workflowOf(...nodes), inputs: {}, by: ADA });
  await test.settle();
  return run;
}

async function cancelled(run: string) {
  await test.engine.cancel(run, ADA);
  await test.work();
  const state = test.engine.state(run);
  expect(state.status).toBe('cancelled');
  return state;
}

const open = (state: Awaited<ReturnType<typeof cancelled>>): string[] =>
  [...state.nodes.values()].filter(({ status }) => ['running', 'waiting'].includes(status)).map(({ key }) => key);

describe('a run that is cancelled while it waits', () => {
  const broken = () => {
    throw fail('invalid', 'test.broken', 'broken');
  };

  it.each([
    ['a parallel', node('parallel', 'box', {}, read('part'), read('beside'))],
    ['a foreach', node('foreach', 'box', { in: '[1, 2]', as: 'item' }, read('part'))],
    ['a choice', node('fallback', 'box', {}, node('parallel', 'try', {}, read('bad'), read('part')), read('instead'))],
  ])('takes back what was finished after %s, and leaves nothing waiting [core.engine.saga]', async (_what, box) => {
    test = await createTestEngine();
    test.world.on('bad', broken);
    const agreed = node('gate', 'agreed', {}, node('sign-off', 'somebody'));
    const state = await cancelled(await begin(node('saga', 'all', {}, made('first'), box, made('second'), agreed)));
    expect(test.world.calls.slice(-2)).toEqual(['unsecond', 'unfirst']);
    expect(state.nodes.get('work/all/agreed')?.status).toBe('cancelled');
    expect(open(state)).toEqual([]);
  });

  it('leaves no step waiting that asked somebody, or whose time was running [core.engine.cancel]', async () => {
    test = await createTestEngine();
    test.world.on('asks', () => {
      throw new NeedsPerson({ question: 'May I?', options: ['yes', 'no'], from: 'person' });
    });
    const run = await begin(
      node(
        'parallel',
        'both',
        {},
        read('asks'),
        read('limited', { timeout: '1h' }),
        node('wait', 'day', { for: '1d' }),
      ),
    );
    const state = await cancelled(run);
    expect(state.nodes.get('work/both/asks')?.status).toBe('cancelled');
    expect(open(state)).toEqual([]);
  });
});

describe('a write that was stopped', () => {
  it('says why in words [core.effects.unknown]', async () => {
    test = await createTestEngine();
    test.world.on(
      'publish',
      ({ signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
    );
    test.world.verify('publish', () => ({ is: 'unsure', why: 'The registry is down.' }));
    const { failure } = await cancelled(await begin(write('publish')));
    expect(failure?.message).toContain(
      'It was stopped before it answered, because the run was cancelled. The registry is down.',
    );
  });

  it('and is done in a later epoch is found by the one after that [core.engine.effects] [core.engine.resume]', async () => {
    test = await createTestEngine();
    test.world.on('publish', ({ count, signal }) =>
      count > 1
        ? 'published'
        : new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
    );
    const { run } = await cancelled(await begin(write('publish')));
    for (const epoch of [2, 3]) {
      await test.engine.resume(run, { by: ADA, from: 'publish' });
      await test.work();
      expect(test.engine.state(run)).toMatchObject({ status: 'completed', epoch });
    }
    expect(test.world.ledger).toHaveLength(1);
    const begun = test.engine.events(run).flatMap((event) => (event.type === 'node.started' ? [event.payload] : []));
    expect(begun.map(({ step: start }) => start?.key)).toContain(test.world.ledger[0]!.key);
  });
});

describe('a write that is begun again, and happens as its process ends', () => {
  const hang = (signal: AbortSignal) =>
    new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
  const NEVER = new Promise<never>(() => undefined);
  /** Hangs at first, and does nothing; then it happens and nobody hears of it. */
  const happensUnheard = (): void =>
    test.world.on('push', ({ count, key, signal }) => {
      if (count === 1) return hang(signal);
      test.world.ledger.push({ name: 'push', key, value: 'pushed' });
      return NEVER;
    });

  it('because the run went on is looked for when that is cancelled, and taken back [core.effects.unknown] [core.engine.cancel]', async () => {
    test = await createTestEngine();
    happensUnheard();
    const run = await begin(node('saga', 'all', {}, made('push'), read('after')));
    await cancelled(run);
    await test.engine.resume(run, { by: ADA });
    await test.settle();
    expect(test.engine.state(run).nodes.get('work/all/push')?.status).toBe('running');
    await test.engine.cancel(run, ADA);
    test = await test.restart();
    await test.work();
    const { status, nodes } = test.engine.state(run);
    expect([status, nodes.get('work/all/push')?.status]).toEqual(['cancelled', 'completed']);
    expect(test.world.calls.at(-1)).toBe('unpush');
  });

  it('at a second try is looked for when a part beside it has failed [core.effects.unknown] [core.engine.effects]', async () => {
    test = await createTestEngine();
    happensUnheard();
    test.world.on('beside', () => {
      throw fail('unavailable', 'test.busy', 'busy');
    });
    const later = node('sequence', 'later', {}, node('wait', 'pause', { for: '1m' }), read('beside'));
    const both = node('parallel', 'both', {}, made('push'), later);
    const again = node('retry', 'again', { attempts: 2, backoff: { kind: 'constant', initial: '1m' } }, both);
    const run = await begin(node('saga', 'all', {}, again));
    await test.work(() => test.world.calls.filter((name) => name === 'beside').length === 2);
    test = await test.restart();
    await test.work();
    const { status, nodes } = test.engine.state(run);
    expect([status, nodes.get('work/all/again#2/both/push')?.status]).toEqual(['failed', 'completed']);
    expect(test.world.calls.at(-1)).toBe('unpush');
  });
});

describe('a step that cannot even begin', () => {
  const secret = { with: { name: 'publish', value: "${{ secret('S') }}" } };
  const personas = () => new Map([['tester', { id: 'tester', actions: ['act.*'], secrets: ['S'] }]]);
  const missing = { read: () => Promise.reject(fail('not-found', 'secret.missing', 'There is no secret S.')) };

  it('is on record as failed [core.engine.effects]', async () => {
    test = await createTestEngine({ options: { personas, secrets: missing } });
    const state = await test.run(workflowOf(write('publish', secret)));
    expect(state.nodes.get('work/publish')).toMatchObject({ status: 'failed', failure: { code: 'secret.missing' } });
  });

  it('but was begun by an earlier life of the run is passed by nothing, and a person says what happened [core.effects.unknown]', async () => {
    let gone = false;
    const secrets = { read: (name: string) => (gone ? missing.read() : Promise.resolve(name)) };
    test = await createTestEngine({ options: { personas, secrets } });
    test.world.on('publish', () => new Promise(() => undefined));
    const run = await begin(node('fallback', 'either', {}, write('publish', secret), write('by_hand')));
    gone = true;
    test = await test.restart();
    await test.work();
    expect(test.world.calls).toEqual(['publish']);
    const [request] = test.engine.requests(run);
    expect(request).toMatchObject({ kind: 'ask', node: 'work/either/publish' });
    await test.engine.answer(run, 'work/either/publish', 'It happened', ADA);
    await test.work();
    expect(test.engine.state(run)).toMatchObject({ status: 'completed', output: { chosen: 'publish' } });
  });
});

describe('a dry run', () => {
  it('asks nobody, whatever the action wants to know [core.cli.dry-run]', async () => {
    test = await createTestEngine();
    test.world.on('asks', () => {
      throw new NeedsPerson({ question: 'May I?', options: ['yes', 'no'], from: 'person' });
    });
    const state = await test.run(workflowOf(read('asks')), {}, { dryRun: true });
    expect(state.status).toBe('completed');
    expect(test.engine.requests(state.run)).toEqual([]);
  });
});
