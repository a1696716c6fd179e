import { afterEach, describe, expect, it } from 'vitest';
import type { EmbeddedOptions } from '../../../daemon/engine/options.ts';
import { resolvePaths } from '../../../daemon/paths.ts';
import { fail } from '../../../shared/failure.ts';
import { withReason } from '../../../shared/signature.ts';
import type { Definition, Node } from '../../../shared/workflow/definition.ts';
import { createTestEngine, type TestEngine } from '../../fakes/engine.ts';
import { node, stage, step, workflowOf } from '../../fakes/outline.ts';
import { createSigner, ownersOf } from '../../fakes/signer.ts';

const ADA = { kind: 'person', name: 'Ada' } as const;
let test: TestEngine;
afterEach(() => test.remove());

const busy = () => fail('unavailable', 'test.busy', 'busy');
const read = (id: string, settings = {}) => step(id, 'act.read', { with: { name: id }, ...settings });
const write = (id: string, settings = {}, ...parts: Node[]) =>
  step(id, 'act.write', { with: { name: id }, ...settings }, ...parts);

describe('retry', () => {
  it('keeps the time of the next attempt over a restart, downtime included [core.engine.timers]', async () => {
    test = await createTestEngine();
    test.world.on('flaky', ({ count }) => {
      if (count === 1) throw busy();
      return count;
    });
    const definition = workflowOf(
      node('retry', 'again', { attempts: 2, backoff: { kind: 'constant', initial: '1h' } }, read('flaky')),
    );
    const run = await test.engine.start({ definition, inputs: {}, by: ADA });
    await test.settle();
    const start = test.clock.now();
    test = await test.restart();
    test.clock.advanceTo(start + 45 * 60_000);
    await test.settle();
    expect(test.world.calls).toHaveLength(1);
    await test.work();
    expect(test.engine.state(run).endedAt! - start).toBe(3_600_000);
  });

  it.each([
    ['constant', [2000, 2000, 2000]],
    ['linear', [2000, 4000, 6000]],
    ['exponential', [2000, 4000, 5000]],
  ])('pauses in a %s way, at most the maximum', async (kind, pauses) => {
    test = await createTestEngine();
    const times: number[] = [];
    test.world.on('flaky', () => {
      times.push(test.clock.now());
      throw busy();
    });
    const backoff = { kind, initial: '2s', ...(kind === 'exponential' ? { max: '5s' } : {}) };
    await test.run(workflowOf(node('retry', 'again', { attempts: 4, backoff }, read('flaky'))));
    expect(times.slice(1).map((time, index) => time - times[index]!)).toEqual(pauses);
  });

  it('does not repeat what cannot be helped by it, and repeats what is named', async () => {
    test = await createTestEngine();
    test.world.on('broken', ({ count }) => {
      if (count < 3) throw fail('invalid', 'test.broken', 'broken');
      return 'fine';
    });
    const plain = await test.run(workflowOf(node('retry', 'again', { attempts: 3 }, read('broken'))));
    expect(plain.failure?.code).toBe('test.broken');
    const named = await test.run(workflowOf(node('retry', 'again', { attempts: 3, on: ['test.*'] }, read('broken'))));
    expect(named.output).toBe('fine');
  });
});

describe('breaker', () => {
  const guarded = (): Definition =>
    workflowOf(node('breaker', 'guard', { name: 'registry', failures: 2, recovery: '1m' }, read('call')));

  it('opens after its failures, stays open over a restart, lets one probe through, and closes [core.engine.breaker]', async () => {
    test = await createTestEngine();
    let down = true;
    test.world.on('call', () => {
      if (down) throw busy();
      return 'up';
    });
    for (let n = 0; n < 2; n += 1) expect((await test.run(guarded())).failure?.code).toBe('test.busy');
    expect((await test.run(guarded())).failure?.code).toBe('breaker.open');
    test = await test.restart();
    expect((await test.run(guarded())).failure?.code).toBe('breaker.open');
    expect(test.world.calls).toHaveLength(2);
    test.clock.advanceTo(test.clock.now() + 60_000);
    expect((await test.run(guarded())).failure?.code).toBe('test.busy');
    expect((await test.run(guarded())).failure?.code).toBe('breaker.open');
    down = false;
    test.clock.advanceTo(test.clock.now() + 60_000);
    expect((await test.run(guarded())).output).toBe('up');
    expect((await test.run(guarded())).output).toBe('up');
  });

  it('lets one probe through at a time', async () => {
    test = await createTestEngine();
    let release = (): void => undefined;
    test.world.on('call', ({ count }) => {
      if (count <= 2) throw busy();
      return new Promise((resolve) => (release = () => resolve('up')));
    });
    for (let n = 0; n < 2; n += 1) await test.run(guarded());
    test.clock.advanceTo(test.clock.now() + 60_000);
    const probe = await test.engine.start({ definition: guarded(), inputs: {}, by: ADA });
    await test.settle();
    const second = await test.engine.start({ definition: guarded(), inputs: {}, by: ADA });
    await test.settle();
    expect(test.engine.state(second).failure?.code).toBe('breaker.open');
    release();
    await test.settle();
    expect(test.engine.state(probe).output).toBe('up');
  });
});

describe('saga', () => {
  const made = (id: string) =>
    write(id, {}) && step(id, 'act.write', { with: { name: id } }, node('undo', 'undo', {}, write(`undo_${id}`)));

  it('takes finished steps back in reverse, all of them even if one fails [core.engine.saga]', async () => {
    test = await createTestEngine();
    test.world.on('third', () => {
      throw fail('invalid', 'test.broken', 'broken');
    });
    test.world.on('undo_second', () => {
      throw fail('invalid', 'test.stuck', 'stuck');
    });
    const state = await test.run(workflowOf(node('saga', 'all', {}, made('first'), made('second'), made('third'))));
    expect(test.world.calls).toEqual(['first', 'second', 'third', 'undo_second', 'undo_first']);
    expect(state.failure).toMatchObject({ code: 'saga.incomplete', cause: { code: 'test.broken' } });
  });

  it('takes back on cancel too, and what was finished in parallel in the order of its ends [core.engine.saga]', async () => {
    test = await createTestEngine();
    let end = (): void => undefined;
    test.world.on('slow', () => new Promise((resolve) => (end = () => resolve('slow'))));
    test.world.on(
      'hang',
      ({ signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(busy()))),
    );
    const definition = workflowOf(
      node(
        'saga',
        'all',
        {},
        node('parallel', 'both', {}, made('slow'), made('quick')),
        step('hang', 'act.read', { with: { name: 'hang' } }),
      ),
    );
    const run = await test.engine.start({ definition, inputs: {}, by: ADA });
    await test.settle();
    end();
    await test.settle();
    await test.engine.cancel(run, ADA, 'enough');
    await test.work();
    expect(test.engine.state(run).status).toBe('cancelled');
    expect(test.world.calls.slice(-2)).toEqual(['undo_slow', 'undo_quick']);
  });
});

describe('a saga that was taken back', () => {
  const made = (id: string) => write(id, {}, node('undo', `undo_${id}`, {}, write(`un${id}`)));
  const there = new Set<string>();
  /** Makes and unmakes what is really there, and can be asked about that. */
  function withThings(...ids: string[]): void {
    there.clear();
    for (const id of ids) {
      test.world.on(id, () => there.add(id).has(id));
      test.world.on(`un${id}`, () => there.delete(id));
      test.world.verify(id, () => (there.has(id) ? { is: 'done', result: id } : { is: 'not-done' }));
      test.world.verify(`un${id}`, () => (there.has(id) ? { is: 'not-done' } : { is: 'done', result: id }));
    }
  }

  it.each(['failed', 'cancelled'] as const)(
    'because it %s makes everything again on resume, and takes that back again [core.engine.saga] [core.engine.resume]',
    async (why) => {
      test = await createTestEngine();
      withThings('first', 'second');
      let broken = why === 'failed';
      test.world.on('last', () => {
        if (broken) throw fail('invalid', 'test.broken', 'broken');
        return 'last';
      });
      const pause = node('wait', 'pause', { for: '1h' });
      const run = await test.engine.start({
        definition: workflowOf(node('saga', 'all', {}, made('first'), made('second'), pause, write('last'))),
        inputs: {},
        by: ADA,
      });
      await test.settle();
      if (why === 'cancelled') await test.engine.cancel(run, ADA);
      await test.work();
      expect(test.engine.state(run).status).toBe(why);
      expect([...there]).toEqual([]);
      broken = true;
      await test.engine.resume(run, { by: ADA });
      await test.work();
      expect(test.world.calls.filter((name) => name === 'first')).toHaveLength(2);
      expect([...there]).toEqual([]);
      broken = false;
      await test.engine.resume(run, { by: ADA });
      await test.work();
      expect(test.engine.state(run)).toMatchObject({ status: 'completed', output: 'last' });
      expect([...there]).toEqual(['first', 'second']);
    },
  );

  it('in a choice that was not taken in the end is left as it is [core.engine.resume]', async () => {
    test = await createTestEngine();
    withThings('first');
    let broken = true;
    test.world.on('bad', () => {
      throw fail('invalid', 'test.broken', 'broken');
    });
    test.world.on('later', () => {
      if (broken) throw fail('invalid', 'test.broken', 'broken');
      return 'later';
    });
    const either = node(
      'fallback',
      'either',
      {},
      node('saga', 'all', {}, made('first'), read('bad')),
      write('instead'),
    );
    const { run } = await test.run(workflowOf(either, write('later')));
    broken = false;
    await test.engine.resume(run, { by: ADA });
    await test.work();
    expect(test.world.calls).toEqual(['first', 'bad', 'unfirst', 'instead', 'later', 'later']);
  });
});

describe('cancel', () => {
  it('stops the run within bounds; what completes late is recorded and not used [core.engine.cancel]', async () => {
    test = await createTestEngine();
    test.world.on('deaf', () => new Promise(() => undefined));
    const run = await test.engine.start({ definition: workflowOf(read('deaf'), write('after')), inputs: {}, by: ADA });
    await test.settle();
    const start = test.clock.now();
    await test.engine.cancel(run, ADA);
    await test.work();
    expect(test.engine.state(run).status).toBe('cancelled');
    expect(test.clock.now() - start).toBeLessThanOrEqual(10_000);
    expect(test.world.calls).toEqual(['deaf']);
  });

  it('ends a run that waits for a person, and closes what was asked', async () => {
    test = await createTestEngine();
    const { run } = await test.run(workflowOf(node('ask', 'who', { question: 'Who?' })));
    await test.engine.cancel(run, ADA);
    await test.work();
    expect(test.engine.state(run).status).toBe('cancelled');
    expect(test.engine.requests(run)).toEqual([]);
    await expect(test.engine.answer(run, 'work/who', 'me', ADA)).rejects.toMatchObject({ code: 'signature.not_asked' });
  });
});

describe('ask', () => {
  it('takes an answer that fits and no other', async () => {
    test = await createTestEngine();
    const { run } = await test.run(
      workflowOf(node('ask', 'colour', { question: 'Which?', options: ['red', 'green'] })),
    );
    await expect(test.engine.answer(run, 'work/colour', 'blue', ADA)).rejects.toMatchObject({ code: 'answer.option' });
    await test.engine.answer(run, 'work/colour', 'green', ADA);
    await test.work();
    expect(test.engine.state(run).output).toBe('green');
  });

  it.each([
    ['nobody answered', undefined, 'nobody'],
    ['somebody answered', 'Cyd', 'Cyd'],
  ])('that is not waited for has no output where %s [core.language.scope]', async (_what, answer, output) => {
    test = await createTestEngine();
    const who = node('ask', 'who', { question: 'Who?', timeout: '1h', 'on-timeout': 'continue' });
    const name = '${{ has(steps.who.output) ? steps.who.output : "nobody" }}';
    const tell = step('tell', 'act.read', { with: { name: 'tell', value: name } });
    const { run } = await test.run(workflowOf(who, tell));
    if (answer) await test.engine.answer(run, 'work/who', answer, ADA);
    await test.work();
    expect(test.engine.state(run)).toMatchObject({ status: 'completed', output });
  });

  it('fails when nobody answers in time, and asks again on resume', async () => {
    test = await createTestEngine();
    const { run } = await test.run(workflowOf(node('ask', 'who', { question: 'Who?', timeout: '1h' })));
    await test.work();
    expect(test.engine.state(run).failure?.code).toBe('ask.unanswered');
    await test.engine.resume(run, { by: ADA });
    await test.work(() => test.engine.requests(run).length > 0);
    await test.engine.answer(run, 'work/who', 'me', ADA);
    await test.work();
    expect(test.engine.state(run).output).toBe('me');
  });
});

describe('resume', () => {
  it('runs only what is not completed, in the same epoch [core.engine.resume] [core.engine.memo]', async () => {
    test = await createTestEngine();
    test.world.on('second', ({ count }) => {
      if (count === 1) throw fail('invalid', 'test.broken', 'broken');
      return 'second';
    });
    const { run } = await test.run(workflowOf(write('first'), write('second'), write('third')));
    await test.engine.resume(run, { by: ADA });
    await test.work();
    expect(test.engine.state(run)).toMatchObject({ status: 'completed', epoch: 1 });
    expect(test.world.calls).toEqual(['first', 'second', 'second', 'third']);
  });

  it('--from repeats the node and all after it in a new epoch, but never what is irreversible [core.engine.resume]', async () => {
    test = await createTestEngine();
    test.world.verify('second', () => ({ is: 'not-done' }));
    test.world.verify('fourth', () => ({ is: 'not-done' }));
    let broken = true;
    test.world.on('fourth', () => {
      if (broken) throw fail('invalid', 'test.broken', 'broken');
      return 'fourth';
    });
    const third = step('third', 'act.irreversible', { with: { name: 'third' } });
    const { run } = await test.run(
      workflowOf(write('first'), write('second', { remember: { found: '${{ output }}' } }), third, write('fourth')),
    );
    broken = false;
    await test.engine.resume(run, { by: ADA, from: 'second' });
    expect(test.engine.state(run).memory.has('found')).toBe(false);
    await test.work();
    const state = test.engine.state(run);
    expect(state).toMatchObject({ status: 'completed', epoch: 2 });
    expect(test.world.calls).toEqual(['first', 'second', 'third', 'fourth', 'second', 'fourth']);
    expect(state.memory.get('found')).toBe('second');
  });

  it('says which nodes there are when it is given one that is not', async () => {
    test = await createTestEngine();
    test.world.on('first', () => {
      throw fail('invalid', 'test.broken', 'broken');
    });
    const { run } = await test.run(workflowOf(write('first')));
    await expect(test.engine.resume(run, { by: ADA, from: 'nothing' })).rejects.toMatchObject({
      code: 'node.not_found',
    });
  });

  it('keeps the choice of a route and the list of a foreach, which replay must not decide again [core.engine.decisions]', async () => {
    test = await createTestEngine();
    let broken = true;
    test.world.on('each', ({ count }) => {
      if (broken && count === 2) throw fail('invalid', 'test.broken', 'broken');
      return count;
    });
    test.world.on('list', ({ count }) => (count === 1 ? ['a', 'b', 'c'] : []));
    const definition = workflowOf(
      read('list'),
      node(
        'foreach',
        'all',
        { in: 'steps.list.output', as: 'item' },
        step('each', 'act.write', { with: { name: 'each', value: '${{ item }}' } }),
      ),
    );
    const { run } = await test.run(definition);
    broken = false;
    test = await test.restart();
    await test.engine.resume(run, { by: ADA });
    await test.work();
    expect(test.engine.state(run).output).toHaveLength(3);
    expect(test.world.calls.filter((name) => name === 'each')).toHaveLength(4);
  });
});

describe('skip', () => {
  const ada = createSigner('Ada');

  it('counts a failed step as skipped by a signed decision, never a gate, never something irreversible [core.engine.resume] [core.signature.reason]', async () => {
    test = await createTestEngine({ options: { owner: ownersOf(ada) } });
    test.world.on('flaky', () => {
      throw fail('invalid', 'test.broken', 'broken');
    });
    const { run } = await test.run(workflowOf(write('flaky'), write('after')));
    const challenge = test.engine.challenge({ kind: 'skip', run, node: 'work/flaky' });
    const reason = 'not needed today';
    await expect(test.engine.skip(run, 'work/flaky', ada.sign(challenge), reason)).rejects.toMatchObject({
      code: 'signature.foreign',
    });
    const again = test.engine.challenge({ kind: 'skip', run, node: 'work/flaky' });
    await test.engine.skip(run, 'work/flaky', ada.sign(withReason(again, reason)), reason);
    await test.work();
    expect(test.engine.state(run).status).toBe('completed');
    expect(test.engine.state(run).nodes.get('work/flaky')).toMatchObject({
      status: 'skipped',
      skipped: { reason: 'not needed today' },
    });

    test.world.on('gone', () => {
      throw fail('invalid', 'test.broken', 'broken');
    });
    const other = await test.run(workflowOf(step('gone', 'act.irreversible', { with: { name: 'gone' } })));
    expect(() => test.engine.challenge({ kind: 'skip', run: other.run, node: 'work/gone' })).toThrow(
      /cannot be skipped/,
    );
  });
});

describe('a skip', () => {
  const gated = (...others: Node[]) =>
    node('sequence', 'part', {}, node('gate', 'gate', {}, node('check', 'no', { that: '1 == 2' })), ...others);
  const broken = () => {
    throw fail('invalid', 'test.broken', 'broken');
  };
  const page = (name: string) => ({ Gated: workflowOf(gated()), Plain: workflowOf(read('bad')) })[name];
  const passed = node(
    'sequence',
    'part',
    {},
    node('gate', 'gate', {}, node('check', 'yes', { that: '1 == 1' })),
    read('bad'),
  );

  it.each<[string, Node, string, boolean]>([
    ['what holds a gate that was rejected', gated(), 'work/part', false],
    ['the stage of such a gate', gated(), 'work', false],
    ['what holds a gate that was not reached', node('sequence', 'all', {}, read('bad'), gated()), 'work/all', false],
    ['what holds a gate that passed', passed, 'work/part', true],
    [
      'what holds an irreversible step that was not reached',
      node('sequence', 'part', {}, read('bad'), step('gone', 'act.irreversible', { with: { name: 'gone' } })),
      'work/part',
      false,
    ],
    ['a call of a page with a gate', node('call', 'part', { page: 'Gated' }), 'work/part', false],
    ['a call of a page without one', node('call', 'part', { page: 'Plain' }), 'work/part', true],
  ])('steps over no gate and nothing irreversible: %s [core.gate.skip]', async (_what, part, key, may) => {
    const ada = createSigner('Ada');
    test = await createTestEngine({ options: { owner: ownersOf(ada), page } });
    test.world.on('bad', broken);
    const { run, status } = await test.run(workflowOf(part, write('after')));
    expect(status).toBe('failed');
    const challenge = () => test.engine.challenge({ kind: 'skip', run, node: key });
    if (!may) return expect(challenge).toThrow(/cannot be skipped/);
    await test.engine.skip(run, key, ada.sign(withReason(challenge(), 'not today')), 'not today');
    await test.work();
    expect(test.engine.state(run).status).toBe('completed');
    expect(test.world.calls.at(-1)).toBe('after');
  });
});

describe('concurrency', () => {
  const limited = (whenFull: string): Definition => ({
    language: 1,
    header: node('workflow', 'limited', {
      concurrency: { key: 'release ${{ inputs.what }}', limit: 1, 'when-full': whenFull },
      inputs: { what: { default: 'x' } },
    }),
    body: [stage('work', node('ask', 'go', { question: 'Go?' }))],
  });

  it('queues what is too many, in order, and lets the next go on when one has ended [core.engine.concurrency]', async () => {
    test = await createTestEngine();
    const runs = [];
    for (let n = 0; n < 3; n += 1) {
      runs.push(await test.engine.start({ definition: limited('queue'), inputs: { what: 'x' }, by: ADA }));
      await test.settle();
    }
    const open = (): string[] => test.engine.requests().map(({ run }) => run);
    expect(open()).toEqual([runs[0]]);
    test = await test.restart();
    for (const run of runs) {
      await test.settle();
      expect(open()).toEqual([run]);
      await test.engine.answer(run, 'work/go', 'yes', ADA);
      await test.work();
      expect(test.engine.state(run).status).toBe('completed');
    }
  });

  it('counts a run and those that it calls, and they call, as one [core.engine.concurrency]', async () => {
    const called = (page: string, ...nodes: Node[]): Definition => ({
      language: 1,
      header: node('workflow', page, { concurrency: { key: 'k' } }),
      body: [stage('work', ...nodes)],
    });
    const pages: Record<string, Definition> = {
      Middle: called('Middle', node('call', 'sub', { page: 'Inner' })),
      Inner: called('Inner', node('ask', 'go', { question: 'Go?' }), write('inner')),
    };
    test = await createTestEngine({ options: { page: (name) => pages[name] } });
    const outer = called('Outer', node('call', 'sub', { page: 'Middle' }), write('after'));
    const { run } = await test.run(outer);
    const other = await test.engine.start({ definition: called('Other', write('other')), inputs: {}, by: ADA });
    await test.work();
    expect(test.world.calls).toEqual([]);
    const [asked] = test.engine.requests();
    await test.engine.answer(asked!.run, asked!.node, 'yes', ADA);
    await test.work();
    expect([run, other].map((each) => test.engine.state(each).status)).toEqual(['completed', 'completed']);
    expect(test.world.calls).toEqual(['inner', 'after', 'other']);
  });

  it('refuses what is too many where that is asked; another key is free [core.engine.concurrency]', async () => {
    test = await createTestEngine();
    await test.run(limited('refuse'), { what: 'x' });
    expect((await test.run(limited('refuse'), { what: 'x' })).failure?.code).toBe('run.too_many');
    expect((await test.run(limited('refuse'), { what: 'y' })).status).toBe('waiting');
  });
});

describe('call', () => {
  const child: Definition = {
    language: 1,
    header: node('workflow', 'child', { inputs: { name: {} }, output: { hello: '${{ inputs.name }}' } }),
    body: [stage('work', write('inner'))],
  };
  const page = (name: string) => (name === 'Child' ? child : undefined);

  it('runs another page as a run of its own and gives its output, once over restarts', async () => {
    test = await createTestEngine({ options: { page } });
    const definition = workflowOf(node('call', 'sub', { page: 'Child', with: { name: 'Ada' } }), write('after'));
    const state = await test.run(definition);
    expect(state.status).toBe('completed');
    expect(test.world.calls).toEqual(['inner', 'after']);
    expect(test.engine.list()).toHaveLength(2);
  });

  it('is pinned: editing the called page later changes nothing [core.engine.pinning]', async () => {
    let now: Definition = { ...child, body: [stage('work', node('ask', 'go', { question: 'Go?' }), write('inner'))] };
    test = await createTestEngine({ options: { page: (name) => (name === 'Child' ? now : undefined) } });
    const run = await test.engine.start({
      definition: workflowOf(
        node('ask', 'first', { question: '?' }),
        node('call', 'sub', { page: 'Child', with: { name: 'Ada' } }),
      ),
      inputs: {},
      by: ADA,
    });
    await test.settle();
    now = child;
    await test.engine.answer(run, 'work/first', 'go', ADA);
    await test.settle();
    expect(test.engine.requests().map((request) => request.kind === 'ask' && request.question)).toEqual(['Go?']);
  });

  it('gets inputs as it declares them: numbers, lists, defaults, and nothing that does not fit [core.call.inputs]', async () => {
    const inputs = {
      n: { type: 'number' },
      names: { type: 'list' },
      level: { enum: ['patch', 'minor'], default: 'minor' },
    };
    const output = { sum: '${{ inputs.n + 1.0 }}', names: '${{ inputs.names }}', level: '${{ inputs.level }}' };
    const typed: Definition = { ...child, header: node('workflow', 'child', { inputs, output }) };
    test = await createTestEngine({ options: { page: () => typed } });
    const call = (given: string) =>
      workflowOf(
        step('level', 'act.read', { with: { name: 'level', value: given } }),
        node('call', 'sub', { page: 'Child', with: { n: '7', names: 'a, b', level: '${{ steps.level.output }}' } }),
      );
    expect((await test.run(call('patch'))).output).toEqual({ sum: 8, names: ['a', 'b'], level: 'patch' });
    expect((await test.run(call('huge'))).failure).toMatchObject({
      code: 'call.input',
      message: expect.stringContaining('one of patch, minor') as string,
    });
    const without = workflowOf(node('call', 'sub', { page: 'Child', with: { n: 1, names: ['x'] } }));
    expect((await test.run(without)).output).toEqual({ sum: 2, names: ['x'], level: 'minor' });
  });

  it('and whatever starts a run, gets no path that leads out of the configured roots [core.call.paths]', async () => {
    const inputs = { where: { type: 'path' } } as const;
    const within: Definition = { ...child, header: node('workflow', 'child', { inputs }) };
    const paths: EmbeddedOptions['paths'] = (definition, values) =>
      resolvePaths(definition, values, { from: '/', roots: ['/srv/projects'] });
    test = await createTestEngine({ options: { page: () => within, paths } });
    const call = (where: string) =>
      workflowOf(
        step('found', 'act.read', { with: { name: 'found', value: where } }),
        node('call', 'sub', { page: 'Child', with: { where: '${{ steps.found.output }}' } }),
      );
    expect((await test.run(call('/srv/projects/../other'))).failure?.code).toBe('input.outside');
    expect((await test.run(call('/srv/projects/clock'))).status).toBe('completed');
    const by = { kind: 'system', name: 'cron' } as const;
    await expect(
      test.engine.start({ definition: within, inputs: { where: '/etc' }, by, trigger: true }),
    ).rejects.toMatchObject({ code: 'input.outside' });
  });

  it('is cancelled with its caller', async () => {
    const waits: Definition = { ...child, body: [stage('work', node('ask', 'go', { question: 'Go?' }))] };
    test = await createTestEngine({ options: { page: () => waits } });
    const { run } = await test.run(workflowOf(node('call', 'sub', { page: 'Child', with: { name: 'Ada' } })));
    await test.engine.cancel(run, ADA);
    await test.work();
    expect(test.engine.list().map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
  });
});

describe('waiting', () => {
  it('ends for each of many runs that are answered in one turn, with none told to wait still [core.engine.waiting]', async () => {
    test = await createTestEngine();
    const definition = workflowOf(node('ask', 'gate', { question: 'Go on?', options: ['yes'] }));
    const start = () => test.engine.start({ definition, inputs: {}, by: ADA });
    const starting = Promise.all(Array.from({ length: 250 }, start));
    await test.work();
    const runs = await starting;
    const answering = runs.map(async (run) => {
      await test.engine.answer(run, 'work/gate', 'yes', ADA);
      return (await test.engine.settled(run)).status;
    });
    await test.work();
    expect(new Set(await Promise.all(answering))).toEqual(new Set(['completed']));
  });

  it('holds nothing in memory, and an input cannot change what a gate saw [core.gate.edit]', async () => {
    test = await createTestEngine();
    const definition = workflowOf(
      read('look', { with: { name: 'look', value: 1 } }),
      node('gate', 'gate', {}, node('check', 'high', { that: 'steps.look.output > 5' })),
    );
    const state = await test.run(definition);
    expect(state.failure?.code).toBe('gate.rejected');
    const edited = workflowOf(
      read('look', { with: { name: 'look', value: 9 } }),
      node('gate', 'gate', {}, node('check', 'high', { that: 'true' })),
    );
    await test.engine.propose(edited);
    await test.engine.resume(state.run, { by: ADA });
    await test.work();
    expect(test.engine.state(state.run).failure?.code).toBe('gate.rejected');
    expect(test.engine.definition(state.run)).toEqual(definition);
  });
});
