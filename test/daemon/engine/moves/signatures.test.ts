import { afterEach, describe, expect, it } from 'vitest';
import { verifyRun } from '../../../../daemon/journal/verify.ts';
import { timeline } from '../../../../shared/run/timeline.ts';
import type { Definition, Node } from '../../../../shared/workflow/definition.ts';
import type { TestEngine } from '../../../fakes/engine.ts';
import { node, step, workflowOf } from '../../../fakes/outline.ts';
import { act, ada, ben, by, failed, gate, move, openToMoves, sign } from './moved.ts';

let test: TestEngine;
afterEach(() => test.remove());

describe('trust and signature', () => {
  const edited = workflowOf(act('good', 'write'));
  const shownTo = async (run: string, definition = edited) => {
    const subject = { kind: 'move', run, definition: await test.engine.propose(definition) } as const;
    return { subject, challenge: test.engine.challenge(subject) };
  };

  it('are needed as for a start of the edited page [core.move.trust]', async () => {
    test = await openToMoves({ trust: true, signToStart: true });
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
    ['gate', gate('second'), (run: string) => sign(test, run, 'second')],
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
      test = await openToMoves();
      const { run } = await test.run(workflowOf(gate('first'), second, act('after', 'write')));
      await sign(test, run, 'first');
      expect(test.engine.requests(run)).toMatchObject([{ node: 'work/second' }]);
      await move(test, run, workflowOf(gate('first'), second, act('after', 'write', 'elsewhere')));
      expect(test.engine.requests(run)).toMatchObject([{ node: 'work/first' }]);
      await sign(test, run, 'first');
      expect(test.engine.requests(run)).toMatchObject([{ node: 'work/second' }]);
      expect(await decide(run)).toMatchObject({ status: 'completed', output: 'elsewhere' });
    },
  );

  it('does not count at the edited gate: it is asked again of everybody, also over a restart [core.move.gates]', async () => {
    test = await openToMoves();
    const { run } = await test.run(covered(80));
    await sign(test, run, 'good');
    const state = await move(test, run, covered(85));
    expect(state.status).toBe('waiting');
    expect(state.nodes.get('work/good')?.gate).toMatchObject({
      signatures: [],
      checks: [{ that: 'steps.tests.output >= 85' }],
    });
    test = await test.restart();
    await sign(test, run, 'good', ben);
    expect(test.engine.state(run).status).toBe('waiting');
    expect((await sign(test, run, 'good')).status).toBe('completed');
    expect(test.world.calls).toEqual(['tests', 'publish']);
  });

  it.each<[string, Definition]>([
    ['another effect follows', covered(80, act('publish', 'write'), act('announce', 'write'))],
    ['what follows has other settings', covered(80, act('publish', 'write', 'elsewhere'))],
    ['what follows is another effect', covered(80, act('publish', 'irreversible'))],
  ])('does not count when %s [core.move.gates]', async (_what, edited) => {
    test = await openToMoves();
    const { run } = await test.run(covered(80));
    await sign(test, run, 'good');
    const state = await move(test, run, edited);
    expect(state.nodes.get('work/good')?.gate?.signatures).toEqual([]);
    const said = timeline(test.engine.events(run), edited).map(({ fact }) => fact);
    expect(said).toContainEqual(expect.stringMatching(/went on with the edited page: .*; “good” is asked anew/));
  });

  it('counts on while the gate and all that follows is unchanged [core.move.gates]', async () => {
    test = await openToMoves();
    const first = covered(80);
    const { run } = await test.run(first);
    await sign(test, run, 'good');
    // What completed is not done again: how it is worded now concerns nobody who has yet to agree.
    const stage = first.body[0]!;
    const tests = { ...stage.children[0]!, title: 'Run the tests' };
    const edited = { ...first, body: [{ ...stage, children: [tests, ...stage.children.slice(1)] }] };
    const state = await move(test, run, edited);
    expect(state.nodes.get('work/good')?.gate?.signatures).toHaveLength(1);
    expect((await sign(test, run, 'good', ben)).status).toBe('completed');
  });

  it('counts on at a gate that passed when what follows is only done, and not when it is still to come [core.move.gates]', async () => {
    test = await openToMoves();
    test.world.on('bad', () => {
      throw new Error('no');
    });
    const page = (...after: Node[]): Definition => workflowOf(gate('ready'), act('one', 'write'), ...after);
    const { run } = await test.run(page(act('bad', 'write')));
    expect((await sign(test, run, 'ready')).status).toBe('failed');
    expect(test.engine.state(run).signed).toBeDefined();
    const state = await move(test, run, page(act('good', 'write')));
    expect(state.status).toBe('waiting');
    expect(state.nodes.get('work/ready')?.gate).toMatchObject({ signatures: [] });
    // What came from elsewhere before nobody has looked at for this page.
    expect(state.signed).toBeUndefined();
    expect((await sign(test, run, 'ready', ben)).status).toBe('completed');
    // Asked anew, and what was done behind it is not done again.
    expect(test.world.calls).toEqual(['one', 'bad', 'good']);
  });

  it('is not needed where nobody was asked: a gate of checks stands while it is unchanged [core.move.gates]', async () => {
    test = await openToMoves();
    const checks = (that: string): Node => node('gate', 'fits', {}, node('check', 'true_enough', { that }));
    const run = await failed(test, checks('1 < 2'));
    expect((await move(test, run, workflowOf(checks('1 < 2'), act('good', 'write')))).status).toBe('completed');
    const other = await failed(test, checks('1 < 2'));
    const state = await move(test, other, workflowOf(checks('2 < 1'), act('good', 'write')));
    expect(state.failure?.code).toBe('gate.rejected');
  });

  it('cannot be given for a page that is no longer the one of the run [core.move.gates]', async () => {
    test = await openToMoves();
    const { run } = await test.run(workflowOf(gate('ready'), act('publish', 'write')));
    const subject = { kind: 'sign-off', run, node: 'work/ready', signOff: 'ready_agrees' } as const;
    const before = ada.sign(test.engine.challenge(subject));
    await move(test, run, workflowOf(gate('ready'), act('publish', 'irreversible')));
    await expect(test.engine.sign(run, 'work/ready', 'ready_agrees', before)).rejects.toMatchObject({
      failure: { code: 'signature.stale' },
    });
  });

  it.each([
    ['a repeat', node('repeat', 'turns', { every: '1m', times: 2 }, gate('good'))],
    ['a foreach', node('foreach', 'turns', { in: '[1, 2]', as: 'each' }, gate('good'))],
  ])(
    'is asked of one turn of %s before the next, when it does not count in that one [core.move.gates]',
    async (_, turns) => {
      test = await openToMoves();
      const open = (): string[] => test.engine.requests(run).map((request) => request.node);
      const { run } = await test.run(workflowOf(turns, act('publish', 'write')));
      const subject = { kind: 'sign-off', run, node: 'work/turns[0]/good', signOff: 'good_agrees' } as const;
      await test.engine.sign(run, subject.node, subject.signOff, ada.sign(test.engine.challenge(subject)));
      await test.work();
      expect(open()).toEqual(['work/turns[1]/good']);
      await move(test, run, workflowOf(turns, act('publish', 'write', 'otherwise')));
      expect(open()).toEqual(['work/turns[0]/good']);
      const refused = { ...subject, kind: 'reject' } as const;
      await test.engine.reject(run, subject.node, subject.signOff, ada.sign(test.engine.challenge(refused)));
      await test.work();
      expect(test.engine.state(run)).toMatchObject({ status: 'failed', waiting: new Set() });
    },
  );

  it('is not asked any more where the edited page has no such gate or question [core.move.gates]', async () => {
    test = await openToMoves();
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
      test,
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
