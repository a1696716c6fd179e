import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { createDropDefinition } from '../../../daemon/journal/drop-definition.ts';
import { pruneRuns } from '../../../daemon/journal/prune.ts';
import { verifyRun } from '../../../daemon/journal/verify.ts';
import type { Json } from '../../../shared/json.ts';
import { fold } from '../../../shared/run/fold/fold.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { timeline } from '../../../shared/run/timeline.ts';
import type { Definition, Node } from '../../../shared/workflow/definition.ts';
import { createTestEngine, type TestEngine } from '../../fakes/engine.ts';
import { node, step, workflowOf } from '../../fakes/outline.ts';
import { createSigner, ownersOf, type Signer } from '../../fakes/signer.ts';

const ada = createSigner('Ada');
const ben = createSigner('Ben');
const by = { kind: 'person', name: 'Ada' } as const;

let test: TestEngine;
afterEach(() => test.remove());

const open = async (policy = { trust: false, signToStart: false }): Promise<TestEngine> =>
  (test = await createTestEngine({ options: { owner: ownersOf(ada, ben), policy } }));

const act = (name: string, effect = 'read', value: Json = name): Node =>
  step(name, `act.${effect}`, { with: { name, value } });
const gate = (id: string, signOff: Record<string, Json> = {}, ...checks: Node[]): Node =>
  node('gate', id, {}, ...checks, node('sign-off', `${id}_agrees`, signOff));

async function move(run: string, edited: Definition): Promise<RunState> {
  await test.engine.move(run, { definition: await test.engine.propose(edited), by });
  await test.work(() => ['completed', 'failed', 'waiting', 'suspended'].includes(test.engine.state(run).status));
  return test.engine.state(run);
}

async function sign(run: string, id: string, signer: Signer = ada): Promise<RunState> {
  const subject = { run, node: `work/${id}`, signOff: `${id}_agrees` };
  const challenge = test.engine.challenge({ kind: 'sign-off', ...subject });
  await test.engine.sign(run, subject.node, subject.signOff, signer.sign(challenge));
  await test.work();
  return test.engine.state(run);
}

/** A run that stopped at its step `bad`, with all before it done. */
async function failed(...before: Node[]): Promise<string> {
  test.world.on('bad', () => {
    throw new Error('no');
  });
  const { run, status } = await test.run(workflowOf(...before, act('bad', 'write')));
  expect(status).toBe('failed');
  return run;
}

describe('a run that stopped goes on with its edited page', () => {
  it('does what is new and what failed, as it is said now, and nothing again that completed [core.move.resume]', async () => {
    await open();
    const run = await failed(act('one', 'write'), act('two'));
    const state = await move(run, workflowOf(act('one', 'write'), act('two'), act('more'), act('good', 'write')));
    expect(state).toMatchObject({ status: 'completed', epoch: 2 });
    expect(test.world.calls).toEqual(['one', 'two', 'bad', 'more', 'good']);
  });

  it('may begin a write anew with other settings, which a plain resume refuses [core.move.resume]', async () => {
    await open();
    test.world.on('push', ({ count }) => {
      if (count === 1) throw new Error('wrong place');
      return 'pushed';
    });
    const { run } = await test.run(workflowOf(act('push', 'write', 'there')));
    const state = await move(run, workflowOf(act('push', 'write', 'here')));
    expect(state.status).toBe('completed');
    expect(test.world.ledger.map(({ name }) => name)).toEqual(['push']);
  });

  it('is on record as one event that says who, from what, to what and what changed, in the chain and the timeline [core.move.record]', async () => {
    await open();
    const run = await failed(act('one'));
    const before = test.engine.state(run).definition;
    const edited = workflowOf(act('one'), act('good', 'write'), act('last'));
    const state = await move(run, edited);
    const [event, ...more] = test.engine.events(run).filter(({ type }) => type === 'run.moved');
    expect(more).toEqual([]);
    expect(event).toMatchObject({
      payload: {
        by,
        from: before,
        to: state.definition,
        changes: { added: ['work/good', 'work/last'], removed: ['work/bad'], changed: [] },
        gates: [],
      },
    });
    expect(state.definition).not.toBe(before);
    expect(test.journal.run(run)).toMatchObject({ definition: state.definition, epoch: 2, status: 'completed' });
    expect(test.engine.definition(run)).toEqual(edited);
    createDropDefinition(test.database)(before);
    pruneRuns(test.database, 0, 0);
    expect(test.journal.definition(before)).toBeDefined();
    expect((await verifyRun(test.database, run)).problems).toEqual([]);
    const said = timeline(test.engine.events(run), edited).find(({ seq }) => seq === event!.seq);
    expect(said?.fact).toBe('went on with the edited page: 2 nodes added, 1 removed');
    expect(said?.actor).toEqual(by);
    // They go with their run.
    pruneRuns(test.database, Number.MAX_SAFE_INTEGER, 0);
    expect([before, state.definition].map((hash) => test.journal.definition(hash))).toEqual([undefined, undefined]);
  });

  it('has the inputs it was given, and the defaults of what the page takes besides [core.move.inputs]', async () => {
    await open();
    const takes = (inputs: Json, ...nodes: Node[]): Definition => ({
      ...workflowOf(...nodes),
      header: node('workflow', 'test_workflow', { inputs }),
    });
    test.world.on('bad', () => {
      throw new Error('no');
    });
    const old = takes({ level: { type: 'string' }, gone: { type: 'string' } }, act('bad'));
    const { run } = await test.run(old, { level: 'minor', gone: 'x' });
    const say = step('say', 'act.read', { with: { name: 'say', value: '${{ inputs.level + inputs.tag }}' } });
    const needs = takes({ level: { type: 'string' }, tag: { type: 'string' } }, say);
    await expect(move(run, needs)).rejects.toMatchObject({ failure: { code: 'move.inputs' } });
    const state = await move(run, takes({ level: { type: 'string' }, tag: { type: 'string', default: '!' } }, say));
    expect(state.nodes.get('work/say')?.output).toBe('minor!');
    expect(state.inputs).toEqual({ level: 'minor', tag: '!' });
  });
});

describe('an edited page is refused', () => {
  const table: [string, Node[], Node[], RegExp][] = [
    ['a completed node is gone', [act('one')], [], /“one” \(work\/one\) is gone/],
    [
      'a completed node has another role',
      [node('wait', 'one', { for: '1s' })],
      [act('one')],
      /“one” \(work\/one\) was a wait and is a step/,
    ],
    [
      'a completed node stands elsewhere',
      [act('one')],
      [node('sequence', 'group', {}, act('one'))],
      /work\/one\) is gone/,
    ],
    [
      'what is around a completed node has another role',
      [node('sequence', 'group', {}, act('one'))],
      [node('parallel', 'group', {}, act('one'))],
      /“group” \(work\/group\) was a sequence and is a parallel/,
    ],
    [
      'a policy that ended has other settings',
      [node('retry', 'tries', { attempts: 3 }, act('one'))],
      [node('retry', 'tries', { attempts: 1 }, act('one'))],
      /“tries” \(work\/tries\) has ended/,
    ],
  ];
  it.each(table)('when %s [core.move.keys]', async (_what, before, after, why) => {
    await open();
    const run = await failed(...before);
    const count = test.engine.events(run).length;
    const refused = move(run, workflowOf(...after, act('good')));
    await expect(refused).rejects.toMatchObject({
      failure: { code: 'move.nodes', message: expect.stringMatching(why) as string },
    });
    await expect(refused).rejects.toThrow(/Put that back on the page, or start a new run/);
    expect(test.engine.events(run)).toHaveLength(count);
  });

  it('when a write that nobody knows the end of is changed or gone [core.move.keys]', async () => {
    await open();
    test.world.on('push', () => {
      const lost = new Error('lost') as Error & { failure?: unknown };
      throw Object.assign(lost, { code: 'ECONNRESET', syscall: 'read' });
    });
    test.world.verify('push', () => ({ is: 'unsure', why: 'Nobody answers.' }));
    const push = (value: string): Node => ({
      ...act('push', 'write', value),
      settings: { ...act('push', 'write', value).settings, 'on-unknown': 'fail' },
    });
    const crash = await createUnknown(workflowOf(push('x')));
    for (const edited of [workflowOf(push('y')), workflowOf(act('other'))]) {
      await expect(move(crash, edited)).rejects.toMatchObject({ failure: { code: 'move.nodes' } });
    }
    test.world.verify('push', () => ({ is: 'done', result: 'x' }));
    expect((await move(crash, workflowOf(push('x'), act('after')))).status).toBe('completed');
  });

  it('when nothing was edited, when it cannot run, and for runs that work, are completed or were called [core.move.states]', async () => {
    await open();
    const run = await failed(act('one'));
    const same = workflowOf(act('one'), act('bad', 'write'));
    await expect(move(run, same)).rejects.toMatchObject({ failure: { code: 'move.same' } });
    const broken = workflowOf(act('one'), step('two', 'act.nothing'));
    await expect(move(run, broken)).rejects.toMatchObject({ failure: { code: 'definition.broken' } });
    let end = (): void => undefined;
    test.world.on('slow', () => new Promise((resolve) => (end = () => resolve('done'))));
    const slow = await test.engine.start({ definition: workflowOf(act('slow')), inputs: {}, by });
    await test.settle();
    await expect(move(slow, workflowOf(act('slow'), act('more')))).rejects.toMatchObject({
      failure: { code: 'run.active' },
    });
    end();
    await test.work();
    await expect(move(slow, workflowOf(act('slow'), act('more')))).rejects.toMatchObject({
      failure: { code: 'run.not_stopped' },
    });
    const called = { ...workflowOf(gate('ready')), header: node('workflow', 'called') };
    const calls = workflowOf(node('call', 'other', { page: 'Other' }));
    const parent = await test.engine.start({ definition: calls, pages: { Other: called }, inputs: {}, by });
    await test.work(() => test.engine.list().some(({ title, status }) => title === 'called' && status === 'waiting'));
    const child = test.engine.list().find(({ title }) => title === 'called')!;
    await expect(move(child.run, workflowOf(act('one')))).rejects.toMatchObject({ failure: { code: 'move.called' } });
    await expect(move(parent, workflowOf(act('one')))).rejects.toMatchObject({ failure: { code: 'run.active' } });
    await expect(move('nobody', same)).rejects.toMatchObject({ failure: { code: 'run.not_found' } });
  });

  it('when what it called is not done and that page, or the call, is another one; else that goes on as it began [core.move.keys]', async () => {
    await open();
    let broken = true;
    test.world.on('inner', () => {
      if (broken) throw new Error('no');
      return 'fine';
    });
    const inner = (...nodes: Node[]): Definition => ({
      ...workflowOf(...nodes),
      header: node('workflow', 'inner_page'),
    });
    const called = inner(act('first', 'write'), act('inner', 'write'));
    const calls = (...more: Node[]): Definition => workflowOf(node('call', 'other', { page: 'Inner' }), ...more);
    const start = await test.engine.start({ definition: calls(), pages: { Inner: called }, inputs: {}, by });
    await test.work(() => test.engine.state(start).status === 'failed');
    broken = false;
    const other = await test.engine.propose(calls(act('after', 'write')), { Inner: inner(act('new', 'write')) });
    await expect(test.engine.move(start, { definition: other, by })).rejects.toMatchObject({
      failure: { code: 'move.nodes', message: expect.stringMatching(/“other” \(work\/other\) has called/) as string },
    });
    await expect(move(start, workflowOf(act('after')))).rejects.toMatchObject({ failure: { code: 'move.nodes' } });
    const same = await test.engine.propose(calls(act('after', 'write')), { Inner: called });
    await test.engine.move(start, { definition: same, by });
    await test.work();
    expect(test.engine.state(start).status).toBe('completed');
    expect(test.world.ledger.map(({ name }) => name)).toEqual(['first', 'inner', 'after']);
  });

  it('when a part of it works while another waits, until that has ended; and when it works on another engine [core.move.states]', async () => {
    await open();
    let end = (): void => undefined;
    test.world.on('slow', () => new Promise((resolve) => (end = () => resolve('done'))));
    const page = (...more: Node[]): Definition =>
      workflowOf(node('parallel', 'both', {}, act('slow', 'write'), gate('ready')), ...more);
    const run = await test.engine.start({ definition: page(), inputs: {}, by });
    await test.settle();
    expect(test.engine.state(run).status).toBe('waiting');
    const refused = move(run, page(act('more')));
    await expect(refused).rejects.toMatchObject({ failure: { code: 'run.active' } });
    await expect(refused).rejects.toThrow(/“slow” is at work/);
    end();
    await test.settle();
    test = await test.restart(undefined, undefined, { elsewhere: () => true });
    await expect(move(run, page(act('more')))).rejects.toMatchObject({ failure: { code: 'move.elsewhere' } });
    test = await test.restart(undefined, undefined, { elsewhere: () => false });
    expect((await move(run, page(act('more')))).status).toBe('waiting');
    expect(test.world.calls).toEqual(['slow']);
  });
});

/** A run that failed because nobody knows whether its write happened. */
async function createUnknown(definition: Definition): Promise<string> {
  const run = await test.engine.start({ definition, inputs: {}, by });
  await test.work(() => test.engine.state(run).status !== 'running');
  expect(test.engine.state(run).nodes.get('work/push')?.failure?.code).toBe('effect.unknown');
  return run;
}

it('is there whole or not at all wherever the process ends, and goes on after it [core.move.replay]', async () => {
  const page = (...after: Node[]): Definition => workflowOf(act('one', 'write'), gate('ready'), ...after);
  const edited = page(act('good', 'write'), act('last', 'write'));
  for (const at of [1, 2, 3, 4, 5, 6, 8, 10]) {
    for (const when of ['before', 'after'] as const) {
      await open();
      const { run } = await test.run(page(act('bad', 'write')));
      const definition = await test.engine.propose(edited);
      test = await test.restart({ at, when });
      await test.settle();
      void test.engine.move(run, { definition, by });
      await test.work();
      test = await test.restart();
      await test.work();
      if (test.engine.state(run).definition !== definition) await test.engine.move(run, { definition, by });
      await test.work();
      expect(test.engine.events(run).filter(({ type }) => type === 'run.moved')).toHaveLength(1);
      expect((await sign(run, 'ready')).status).toBe('completed');
      expect(test.world.ledger.map(({ name }) => name)).toEqual(['one', 'good', 'last']);
      test.remove();
    }
  }
});

describe('trust and signature', () => {
  const edited = workflowOf(act('good', 'write'));
  const shownTo = async (run: string, definition = edited) => {
    const subject = { kind: 'move', run, definition: await test.engine.propose(definition) } as const;
    return { subject, challenge: test.engine.challenge(subject) };
  };

  it('are needed as for a start of the edited page [core.move.trust]', async () => {
    await open({ trust: true, signToStart: true });
    const trust = async (definition: Definition): Promise<void> => {
      const hash = await test.engine.propose(definition);
      await test.engine.trust(hash, ada.sign(test.engine.challenge({ kind: 'trust', definition: hash })));
    };
    const first = workflowOf(act('bad', 'write'));
    await trust(first);
    test.world.on('bad', () => {
      throw new Error('no');
    });
    const start = { kind: 'start', definition: await test.engine.propose(first), inputs: {} } as const;
    const { run } = await test.run(first, {}, { signature: ada.sign(test.engine.challenge(start)) });
    const { subject, challenge } = await shownTo(run);
    const request = { definition: subject.definition, by };
    await expect(test.engine.move(run, request)).rejects.toMatchObject({ failure: { code: 'run.untrusted' } });
    await trust(edited);
    await expect(test.engine.move(run, request)).rejects.toMatchObject({ failure: { code: 'run.unsigned' } });
    await expect(test.engine.move(run, { ...request, signature: ben.sign(challenge) })).rejects.toMatchObject({
      failure: { code: 'signature.mover_name' },
    });
    expect(challenge.shown).toMatchObject({
      changes: { added: ['work/good'], removed: ['work/bad'], changed: [] },
      effects: [{ title: 'good', uses: 'act.write', effect: 'write' }],
    });
    await test.engine.move(run, { ...request, signature: ada.sign(challenge) });
    await test.work();
    expect(test.engine.state(run).status).toBe('completed');
    const { problems, signatures } = await verifyRun(test.database, run);
    expect(problems).toEqual([]);
    expect(signatures.filter(({ what }) => what === 'run.moved')).toMatchObject([{ person: 'Ada', holds: true }]);
  });
});

describe('what was agreed to at a gate', () => {
  const covered = (value: number, ...after: Node[]): Definition =>
    workflowOf(
      step('tests', 'act.read', { with: { name: 'tests', value: 90 } }),
      gate('good', { people: 2 }, node('check', 'enough', { that: `steps.tests.output >= ${value}` })),
      ...(after.length === 0 ? [act('publish', 'write')] : after),
    );

  it.each([
    ['gate', gate('second'), (run: string) => sign(run, 'second')],
    [
      'question',
      node('ask', 'second', { question: 'Well?' }),
      async (run: string) => {
        await test.engine.answer(run, 'work/second', 'fine', by);
        await test.work();
        return test.engine.state(run);
      },
    ],
  ] as const)(
    'puts a %s that is open again once the run is there again, when a gate before it is asked anew [core.move.gates]',
    async (_what, second, decide) => {
      await open();
      const { run } = await test.run(workflowOf(gate('first'), second, act('after', 'write')));
      await sign(run, 'first');
      expect(test.engine.requests(run)).toMatchObject([{ node: 'work/second' }]);
      await move(run, workflowOf(gate('first'), second, act('after', 'write', 'elsewhere')));
      expect(test.engine.requests(run)).toMatchObject([{ node: 'work/first' }]);
      await sign(run, 'first');
      expect(test.engine.requests(run)).toMatchObject([{ node: 'work/second' }]);
      expect(await decide(run)).toMatchObject({ status: 'completed', output: 'elsewhere' });
    },
  );

  it('does not count at the edited gate: it is asked again of everybody, also over a restart [core.move.gates]', async () => {
    await open();
    const { run } = await test.run(covered(80));
    await sign(run, 'good');
    const state = await move(run, covered(85));
    expect(state.status).toBe('waiting');
    expect(state.nodes.get('work/good')?.gate).toMatchObject({
      signatures: [],
      checks: [{ that: 'steps.tests.output >= 85' }],
    });
    test = await test.restart();
    await sign(run, 'good', ben);
    expect(test.engine.state(run).status).toBe('waiting');
    expect((await sign(run, 'good')).status).toBe('completed');
    expect(test.world.calls).toEqual(['tests', 'publish']);
  });

  it.each<[string, Definition]>([
    ['another effect follows', covered(80, act('publish', 'write'), act('announce', 'write'))],
    ['what follows has other settings', covered(80, act('publish', 'write', 'elsewhere'))],
    ['what follows is another effect', covered(80, act('publish', 'irreversible'))],
  ])('does not count when %s [core.move.gates]', async (_what, edited) => {
    await open();
    const { run } = await test.run(covered(80));
    await sign(run, 'good');
    const state = await move(run, edited);
    expect(state.nodes.get('work/good')?.gate?.signatures).toEqual([]);
    const said = timeline(test.engine.events(run), edited).map(({ fact }) => fact);
    expect(said).toContainEqual(expect.stringMatching(/went on with the edited page: .*; “good” is asked anew/));
  });

  it('counts on while the gate and all that follows is unchanged [core.move.gates]', async () => {
    await open();
    const first = covered(80);
    const { run } = await test.run(first);
    await sign(run, 'good');
    // What completed is not done again: how it is worded now concerns nobody who has yet to agree.
    const stage = first.body[0]!;
    const tests = { ...stage.children[0]!, title: 'Run the tests' };
    const edited = { ...first, body: [{ ...stage, children: [tests, ...stage.children.slice(1)] }] };
    const state = await move(run, edited);
    expect(state.nodes.get('work/good')?.gate?.signatures).toHaveLength(1);
    expect((await sign(run, 'good', ben)).status).toBe('completed');
  });

  it('counts on at a gate that passed when what follows is only done, and not when it is still to come [core.move.gates]', async () => {
    await open();
    test.world.on('bad', () => {
      throw new Error('no');
    });
    const page = (...after: Node[]): Definition => workflowOf(gate('ready'), act('one', 'write'), ...after);
    const { run } = await test.run(page(act('bad', 'write')));
    expect((await sign(run, 'ready')).status).toBe('failed');
    expect(test.engine.state(run).signed).toBeDefined();
    const state = await move(run, page(act('good', 'write')));
    expect(state.status).toBe('waiting');
    expect(state.nodes.get('work/ready')?.gate).toMatchObject({ signatures: [] });
    // What came from elsewhere before nobody has looked at for this page.
    expect(state.signed).toBeUndefined();
    expect((await sign(run, 'ready', ben)).status).toBe('completed');
    // Asked anew, and what was done behind it is not done again.
    expect(test.world.calls).toEqual(['one', 'bad', 'good']);
  });

  it('is not needed where nobody was asked: a gate of checks stands while it is unchanged [core.move.gates]', async () => {
    await open();
    const checks = (that: string): Node => node('gate', 'fits', {}, node('check', 'true_enough', { that }));
    const run = await failed(checks('1 < 2'));
    expect((await move(run, workflowOf(checks('1 < 2'), act('good', 'write')))).status).toBe('completed');
    const other = await failed(checks('1 < 2'));
    const state = await move(other, workflowOf(checks('2 < 1'), act('good', 'write')));
    expect(state.failure?.code).toBe('gate.rejected');
  });

  it('cannot be given for a page that is no longer the one of the run [core.move.gates]', async () => {
    await open();
    const { run } = await test.run(workflowOf(gate('ready'), act('publish', 'write')));
    const subject = { kind: 'sign-off', run, node: 'work/ready', signOff: 'ready_agrees' } as const;
    const before = ada.sign(test.engine.challenge(subject));
    await move(run, workflowOf(gate('ready'), act('publish', 'irreversible')));
    await expect(test.engine.sign(run, 'work/ready', 'ready_agrees', before)).rejects.toMatchObject({
      failure: { code: 'signature.stale' },
    });
  });

  it('is not asked any more where the edited page has no such gate or question [core.move.gates]', async () => {
    await open();
    const { run } = await test.run(
      workflowOf(
        node(
          'parallel',
          'both',
          {},
          node('gate', 'ready', {}, node('sign-off', 'agrees')),
          node('ask', 'why', { question: 'Why?' }),
        ),
      ),
    );
    expect(test.engine.requests(run)).toHaveLength(2);
    const left = await move(
      run,
      workflowOf(node('parallel', 'both', {}, act('fine'), node('ask', 'why', { question: 'Why?' }))),
    );
    expect(left.status).toBe('waiting');
    expect(test.engine.requests(run)).toMatchObject([{ kind: 'ask', node: 'work/both/why' }]);
    await test.engine.answer(run, 'work/both/why', 'because', by);
    await test.work();
    expect(test.engine.state(run).status).toBe('completed');
  });
});

describe('a pinned definition that no longer compiles', () => {
  it('suspends its run and says why; it goes on with what was put back, or with the edited page [core.move.broken]', async () => {
    await open();
    const definition = workflowOf(gate('ready'), act('later', 'write'));
    const runs = [await test.run(definition), await test.run(definition)].map(({ run }) => run);
    const without = new Map([...test.actions].filter(([name]) => name !== 'act.write'));
    const all = test.actions;
    test = await test.restart(undefined, undefined, { actions: without });
    await test.work(() => runs.every((run) => test.engine.state(run).status === 'suspended'));
    for (const run of runs) {
      const { status, failure } = test.engine.state(run);
      expect({ status, code: failure?.code }).toEqual({ status: 'suspended', code: 'definition.broken' });
      expect(failure?.message).toMatch(/act\.write/);
      expect(failure?.message).toMatch(/stagebook resume .* --edited/);
      expect(timeline(test.engine.events(run), definition).at(-1)?.fact).toMatch(
        /^the run was suspended: .*act\.write/,
      );
    }
    const edited = await move(runs[0]!, workflowOf(gate('ready'), act('later', 'repeatable')));
    expect(edited.status).toBe('waiting');
    expect((await sign(runs[0]!, 'ready')).status).toBe('completed');
    test = await test.restart(undefined, undefined, { actions: all });
    await test.engine.resume(runs[1]!, { by });
    await test.work();
    expect(test.engine.state(runs[1]!).status).toBe('waiting');
    expect((await sign(runs[1]!, 'ready')).status).toBe('completed');
  });
});

describe('a move followed by replay', () => {
  it('gives the state it had before the restart, and nothing that completed is done twice [core.move.replay]', async () => {
    const kinds = fc.constantFrom('ok', 'fail', 'gate', 'ask', 'group', 'each', 'tries');
    const edits = fc.constantFrom('none', 'title', 'settings', 'drop', 'insert');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(kinds, edits), { minLength: 1, maxLength: 6 }),
        fc.nat(3),
        async (parts, signed) => {
          const own = await createTestEngine({ options: { owner: ownersOf(ada, ben) } });
          test = own;
          const remove = (): void => test.remove();
          try {
            let stumbled = false;
            test.world.on('fail', ({ value }) => {
              if (stumbled) return value;
              stumbled = true;
              throw new Error('once');
            });
            const made = (kind: string, n: number, value: string): Node => {
              const one = step(`n${n}`, 'act.write', { with: { name: kind === 'fail' ? 'fail' : `n${n}`, value } });
              if (kind === 'gate')
                return node('gate', `n${n}`, {}, node('sign-off', `s${n}`, value === 'x' ? {} : { people: 2 }));
              if (kind === 'ask') return node('ask', `n${n}`, { question: value });
              if (kind === 'group') return node('sequence', `g${n}`, {}, one);
              if (kind === 'each') return node('foreach', `g${n}`, { in: '[1, 2]', as: 'it' }, one);
              if (kind === 'tries') return node('retry', `g${n}`, { attempts: 2 }, one);
              return one;
            };
            const before = parts.map(([kind], n) => made(kind, n, 'x'));
            const after = parts.flatMap(([kind, edit], n): Node[] => {
              if (edit === 'drop') return [];
              const now = made(kind, n, edit === 'settings' ? 'y' : 'x');
              if (edit === 'insert') return [step(`new${n}`, 'act.write', { with: { name: `new${n}` } }), now];
              return [edit === 'title' ? { ...now, title: `Edited ${n}` } : now];
            });
            const { run } = await test.run(workflowOf(...before, act('end')));
            const answerAll = async (): Promise<void> => {
              for (const request of test.engine.requests(run)) {
                if (request.kind === 'ask') await test.engine.answer(run, request.node, 'yes', by);
                else {
                  const { node: at, signOff } = request;
                  const challenge = test.engine.challenge({ kind: 'sign-off', run, node: at, signOff });
                  const signer = test.engine.state(run).nodes.get(at)?.gate?.signatures.length ? ben : ada;
                  await test.engine.sign(run, at, signOff, signer.sign(challenge));
                }
              }
              await test.work();
            };
            for (let n = 0; n < signed; n += 1) await answerAll();
            const doneBefore = completed(test.engine.state(run));
            const definition = await test.engine.propose(workflowOf(...after, act('end')));
            const moved = await test.engine.move(run, { definition, by }).then(
              () => true,
              () => false,
            );
            await test.work();
            const state = test.engine.state(run);
            expect(state).toEqual(fold(test.journal.events(run)));
            const row = test.journal.run(run)!;
            expect({ status: row.status, epoch: row.epoch, definition: row.definition, title: row.title }).toEqual({
              status: state.status,
              epoch: state.epoch,
              definition: state.definition,
              title: state.title,
            });
            expect(
              test.journal
                .waiting(run)
                .map(({ node: key }) => key)
                .sort(),
            ).toEqual([...state.waiting].sort());
            const calls = [...test.world.calls];
            const seen = structuredClone(state);
            test = await test.restart();
            await test.work();
            expect(test.engine.state(run)).toEqual(seen);
            expect(test.world.calls).toEqual(calls);
            if (!moved) return;
            for (let n = 0; n < 20 && test.engine.state(run).status === 'waiting'; n += 1) await answerAll();
            if (test.engine.state(run).status === 'failed') {
              await test.engine.resume(run, { by });
              await test.work();
              for (let n = 0; n < 20 && test.engine.state(run).status === 'waiting'; n += 1) await answerAll();
            }
            const end = test.engine.state(run);
            expect({ status: end.status, failure: end.failure }).toEqual({ status: 'completed', failure: undefined });
            // Each completed write is in the counterpart's books once for each of its executions.
            for (const [key, name] of doneBefore) {
              const times = test.world.ledger.filter((entry) => entry.name === name).length;
              expect({ key, times }).toEqual({
                key,
                times: [...doneBefore.values()].filter((other) => other === name).length,
              });
            }
          } finally {
            remove();
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});

/** The writes that completed: the name of each in the books by its key. */
function completed(state: RunState): Map<string, string> {
  const done = [...state.nodes.values()].filter(
    ({ status, step: did }) => status === 'completed' && did?.effect === 'write',
  );
  return new Map(done.map(({ key, step: did }) => [key, (did!.with as { name: string }).name]));
}
