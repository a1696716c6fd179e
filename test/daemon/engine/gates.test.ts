import { afterEach, describe, expect, it } from 'vitest';
import type { Json } from '../../../shared/json.ts';
import { withReason } from '../../../shared/signature.ts';
import type { Definition } from '../../../shared/workflow/definition.ts';
import { createTestEngine, type TestEngine } from '../../fakes/engine.ts';
import { node, step, workflowOf } from '../../fakes/outline.ts';
import { createSigner, ownersOf, type Signer } from '../../fakes/signer.ts';

const ada = createSigner('Ada');
const ben = createSigner('Ben');
const adasPhone = createSigner('Ada');
const stranger = createSigner('Ben');

let test: TestEngine;
afterEach(() => test.remove());

const create = (): Promise<TestEngine> => createTestEngine({ options: { owner: ownersOf(ada, ben, adasPhone) } });

function release(signOff: Record<string, Json> = {}, coverage = 80): Definition {
  return workflowOf(
    step('tests', 'act.read', { with: { name: 'tests', value: { coverage } } }),
    node(
      'gate',
      'good_enough',
      {},
      node('check', 'covered', { that: 'steps.tests.output.coverage >= 80.0' }),
      node('sign-off', 'manager', signOff),
      node('otherwise', 'otherwise', {}, step('issue', 'act.write', { with: { name: 'issue' } })),
    ),
    step('publish', 'act.irreversible', { with: { name: 'publish' } }),
  );
}

async function waiting(
  definition = release(),
): Promise<{ run: string; subject: { run: string; node: string; signOff: string } }> {
  test = await create();
  const { run, status } = await test.run(definition);
  expect(status).toBe('waiting');
  return { run, subject: { run, node: 'work/good_enough', signOff: 'manager' } };
}

async function sign(signer: Signer, subject: { run: string; node: string; signOff: string }): Promise<void> {
  const challenge = test.engine.challenge({ kind: 'sign-off', ...subject });
  await test.engine.sign(subject.run, subject.node, subject.signOff, signer.sign(challenge));
  await test.work();
}

describe('checks', () => {
  it('stop at 79.9 and pass at 80.0, and a failed one asks nobody [core.gate.coverage]', async () => {
    test = await create();
    const state = await test.run(release({}, 79.9));
    expect(state.failure?.code).toBe('gate.rejected');
    expect(state.failure?.message).toContain('79.9');
    expect(test.engine.requests(state.run)).toEqual([]);
    expect(test.world.calls).toEqual(['tests', 'issue']);
    test.remove();
    const { run } = await waiting(release({}, 80));
    expect(test.engine.state(run).nodes.get('work/good_enough')?.gate?.checks).toEqual([
      { id: 'covered', title: 'covered', that: 'steps.tests.output.coverage >= 80.0', held: true, saw: 80 },
    ]);
  });

  it('that cannot be evaluated count as not held, and say why', async () => {
    test = await create();
    const state = await test.run(
      workflowOf(
        node('gate', 'gate', {}, node('check', 'broken', { that: 'timestamp(run.title) < timestamp(run.started_at)' })),
      ),
    );
    expect(state.failure?.code).toBe('gate.rejected');
    expect(state.nodes.get('work/gate')?.gate?.checks[0]?.error).toBeTruthy();
  });
});

describe('a sign-off', () => {
  it('shows what follows in called pages too, and in a loop what comes again [core.gate.effects]', async () => {
    const irreversible = (id: string) => step(id, 'act.irreversible', { with: { name: id } });
    const inner = workflowOf(irreversible('publish'));
    const called = workflowOf(
      node('call', 'deeper', { page: 'Inner' }),
      step('look', 'act.read', { with: { name: 'l' } }),
    );
    const page = (name: string) => ({ Called: called, Inner: inner })[name];
    test = await createTestEngine({ options: { owner: ownersOf(ada), page } });
    const gate = node('gate', 'good_enough', {}, node('sign-off', 'manager'));
    const again = step('tag', 'act.write', { with: { name: 'tag' } });
    const loop = node('foreach', 'each', { in: '[1, 2]', as: 'item' }, node('sequence', 'both', {}, again, gate));
    const { run } = await test.run(workflowOf(irreversible('before'), loop, node('call', 'sub', { page: 'Called' })));
    const subject = { kind: 'sign-off', run, node: 'work/each[0]/both/good_enough', signOff: 'manager' } as const;
    expect(test.engine.challenge(subject).shown.effects).toEqual([
      { title: 'tag', uses: 'act.write', effect: 'write' },
      { title: 'Inner: publish', uses: 'act.irreversible', effect: 'irreversible' },
    ]);
    const hash = await test.engine.propose(workflowOf(node('call', 'sub', { page: 'Called' })));
    const start = test.engine.challenge({ kind: 'start', definition: hash, inputs: {} });
    expect(start.shown.effects).toMatchObject([{ title: 'Inner: publish', effect: 'irreversible' }]);
  });

  it('in a called run shows what follows in the runs that wait for it [core.gate.effects]', async () => {
    const called = workflowOf(
      node('gate', 'good_enough', {}, node('sign-off', 'manager')),
      step('tag', 'act.write', { with: { name: 'tag' } }),
    );
    test = await createTestEngine({ options: { owner: ownersOf(ada), page: () => called } });
    const publish = step('publish', 'act.irreversible', { with: { name: 'publish' } });
    await test.run(workflowOf(node('call', 'sub', { page: 'Called' }), publish));
    await test.work();
    const [asked] = test.engine.requests();
    const subject = { kind: 'sign-off', run: asked!.run, node: asked!.node, signOff: 'manager' } as const;
    expect(test.engine.challenge(subject).shown.effects).toMatchObject([{ title: 'tag' }, { title: 'publish' }]);
  });

  it('that was given in time is not late because another one still may come [core.gate.deadlines]', async () => {
    test = await create();
    const gate = node(
      'gate',
      'good_enough',
      {},
      node('sign-off', 'quick', { timeout: '1h' }),
      node('sign-off', 'slow', { timeout: '4h' }),
    );
    const { run, startedAt } = await test.run(workflowOf(gate));
    const subject = { run, node: 'work/good_enough' };
    const first = test.engine.challenge({ kind: 'sign-off', ...subject, signOff: 'quick' });
    await test.engine.sign(run, subject.node, 'quick', ada.sign(first));
    await test.settle();
    test.clock.advanceTo(startedAt + 2 * 3_600_000);
    test = await test.restart();
    await test.settle();
    expect(test.engine.state(run).status).toBe('waiting');
    await sign(ben, { ...subject, signOff: 'slow' });
    expect(test.engine.state(run).status).toBe('completed');
  });

  it('that is late rejects, and the gate says which one it was [core.gate.deadlines]', async () => {
    test = await create();
    const signOffs = [node('sign-off', 'slow', { timeout: '4h' }), node('sign-off', 'quick', { timeout: '1h' })];
    const { run, startedAt } = await test.run(workflowOf(node('gate', 'good_enough', {}, ...signOffs)));
    await test.work();
    const state = test.engine.state(run);
    expect(state.failure?.message).toContain('nobody agreed in time (quick)');
    expect(state.endedAt! - startedAt).toBe(3_600_000);
  });

  it('lets the run go on, and the signature is in the journal', async () => {
    const { run, subject } = await waiting();
    await sign(ada, subject);
    const state = test.engine.state(run);
    expect(state.status).toBe('completed');
    expect(test.world.calls).toEqual(['tests', 'publish']);
    expect(state.nodes.get('work/good_enough')?.gate?.signatures[0]?.signature.person).toBe('Ada');
  });

  it('shows the evidence and the effects that follow', async () => {
    const { subject } = await waiting();
    const { shown } = test.engine.challenge({ kind: 'sign-off', ...subject });
    expect(shown.effects).toEqual([{ title: 'publish', uses: 'act.irreversible', effect: 'irreversible' }]);
    expect(JSON.stringify(shown.checks)).toContain('"saw":80');
  });

  it('counts persons, not devices [core.gate.persons]', async () => {
    const { run, subject } = await waiting(release({ people: 2 }));
    await sign(ada, subject);
    await expect(sign(adasPhone, subject)).rejects.toMatchObject({ failure: { code: 'signature.counted' } });
    expect(test.engine.state(run).status).toBe('waiting');
    await sign(ben, subject);
    expect(test.engine.state(run).status).toBe('completed');
  });

  it('counts one person once when both devices sign in one commit [core.gate.persons]', async () => {
    const { run, subject } = await waiting(release({ people: 2 }));
    const first = ada.sign(test.engine.challenge({ kind: 'sign-off', ...subject }));
    const second = adasPhone.sign(test.engine.challenge({ kind: 'sign-off', ...subject }));
    const results = await Promise.allSettled([
      test.engine.sign(run, subject.node, 'manager', first),
      test.engine.sign(run, subject.node, 'manager', second),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await test.work();
    expect(test.engine.state(run).status).toBe('waiting');
  });

  it('is refused from the starter where that is asked [core.gate.not-starter]', async () => {
    const { subject } = await waiting(release({ 'not-starter': true }));
    await expect(sign(ada, subject)).rejects.toMatchObject({ failure: { code: 'signature.starter' } });
  });

  it('is refused from people who were not asked', async () => {
    const { subject } = await waiting(release({ from: ['Ben'] }));
    await expect(sign(ada, subject)).rejects.toMatchObject({ failure: { code: 'signature.not_asked' } });
  });

  it('rejects the gate when its time is over, also during downtime', async () => {
    const { run } = await waiting(release({ timeout: '4h' }));
    test = await test.restart();
    await test.work();
    const state = test.engine.state(run);
    expect(state.failure?.code).toBe('gate.rejected');
    expect((state.endedAt ?? 0) - state.startedAt).toBe(4 * 3_600_000);
    expect(test.world.calls).toEqual(['tests', 'issue']);
  });

  it('that is refused rejects the gate, with the reason [core.gate.refusal]', async () => {
    const { run, subject } = await waiting();
    const challenge = test.engine.challenge({ kind: 'reject', ...subject });
    const reason = 'not on a Friday';
    await test.engine.reject(run, subject.node, 'manager', ben.sign(withReason(challenge, reason)), reason);
    await test.work();
    expect(test.engine.state(run).failure?.message).toContain('Ben refused: not on a Friday');
    expect(test.world.calls).not.toContain('publish');
  });
});

describe('a gate that was rejected and resumed', () => {
  const otherwise = () =>
    ['otherwise', 'otherwise/issue'].map(
      (part) => test.engine.state(test.engine.list()[0]!.run).nodes.get(`work/good_enough/${part}`)?.status,
    );
  const rejected = async () => {
    const { run, subject } = await waiting();
    const refuse = async () => {
      const challenge = test.engine.challenge({ kind: 'reject', ...subject });
      await test.engine.reject(run, subject.node, 'manager', ben.sign(challenge));
      await test.work();
    };
    await refuse();
    expect(otherwise()).toEqual(['completed', 'completed']);
    await test.engine.resume(run, { by: { kind: 'person', name: 'Ada' } });
    await test.work();
    expect(test.engine.state(run).status).toBe('waiting');
    return { run, subject, refuse };
  };

  it('shows its otherwise as not taken once it has passed [core.gate.otherwise-resumed]', async () => {
    const { run, subject } = await rejected();
    await sign(ada, subject);
    expect(test.engine.state(run).status).toBe('completed');
    expect(otherwise()).toEqual(['pending', 'pending']);
    test = await test.restart();
    expect(otherwise()).toEqual(['pending', 'pending']);
    expect(test.world.calls).toEqual(['tests', 'issue', 'publish']);
  });

  it('does not do its otherwise twice when it is rejected again [core.gate.otherwise-resumed]', async () => {
    const { run, refuse } = await rejected();
    await refuse();
    expect(test.engine.state(run).status).toBe('failed');
    expect(otherwise()).toEqual(['completed', 'completed']);
    expect(test.world.calls).toEqual(['tests', 'issue']);
  });
});

describe('a signature is refused [core.gate.attacks]', () => {
  const attempt = async (
    change: (signed: ReturnType<Signer['sign']>) => ReturnType<Signer['sign']>,
    signer = ada,
  ): Promise<unknown> => {
    const { run, subject } = await waiting();
    const signed = change(signer.sign(test.engine.challenge({ kind: 'sign-off', ...subject })));
    const refused = test.engine.sign(run, subject.node, 'manager', signed).then(
      () => 'accepted',
      (error: { code: string }) => error.code,
    );
    const code = await refused;
    await test.work();
    expect(test.engine.state(run).status).toBe('waiting');
    return code;
  };

  it('from a device nobody knows', async () => {
    expect(await attempt((signed) => signed, stranger)).toBe('signature.unknown_device');
  });
  it('in another person’s name', async () => {
    expect(await attempt((signed) => ({ ...signed, person: 'Ben' }))).toBe('signature.unknown_device');
  });
  it('over another nonce', async () => {
    expect(await attempt((signed) => ({ ...signed, nonce: 'made-up' }))).toBe('signature.replayed');
  });
  it('over another digest', async () => {
    expect(await attempt((signed) => ({ ...signed, digest: 'f'.repeat(64) }))).toBe('signature.foreign');
  });
  it('whose bytes are wrong', async () => {
    expect(await attempt((signed) => ({ ...signed, signature: Buffer.alloc(64).toString('base64') }))).toBe(
      'signature.invalid',
    );
  });

  it.each([
    ['another reason', 'it is late', 'it is early'],
    ['a reason that was not signed', undefined, 'it is late'],
    ['no reason where one was signed', 'it is late', undefined],
  ])('with %s [core.signature.reason]', async (_what, signed, given) => {
    const { run, subject } = await waiting();
    const challenge = test.engine.challenge({ kind: 'reject', ...subject });
    const signature = ada.sign(withReason(challenge, signed));
    await expect(test.engine.reject(run, subject.node, 'manager', signature, given)).rejects.toMatchObject({
      code: 'signature.foreign',
    });
    expect(test.engine.state(run).status).toBe('waiting');
  });

  it('when it was given for refusing', async () => {
    const { run, subject } = await waiting();
    const signed = ada.sign(test.engine.challenge({ kind: 'reject', ...subject }));
    await expect(test.engine.sign(run, subject.node, 'manager', signed)).rejects.toMatchObject({
      code: 'signature.foreign',
    });
  });

  it('the second time', async () => {
    const { run, subject } = await waiting(release({ people: 2 }));
    const signed = ada.sign(test.engine.challenge({ kind: 'sign-off', ...subject }));
    await test.engine.sign(run, subject.node, 'manager', signed);
    await expect(test.engine.sign(run, subject.node, 'manager', signed)).rejects.toMatchObject({
      code: 'signature.replayed',
    });
  });

  it('when it comes too late', async () => {
    const { run, subject } = await waiting();
    const signed = ada.sign(test.engine.challenge({ kind: 'sign-off', ...subject }));
    test.clock.advanceTo(test.clock.now() + 11 * 60_000);
    await expect(test.engine.sign(run, subject.node, 'manager', signed)).rejects.toMatchObject({
      code: 'signature.replayed',
    });
  });

  it('taken from one run to another', async () => {
    const { run, subject } = await waiting();
    const signed = ada.sign(test.engine.challenge({ kind: 'sign-off', ...subject }));
    const other = await test.run(release());
    expect(other.run).not.toBe(run);
    await expect(test.engine.sign(other.run, subject.node, 'manager', signed)).rejects.toMatchObject({
      code: 'signature.foreign',
    });
  });
});
