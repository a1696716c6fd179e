import { afterEach, describe, expect, it } from 'vitest';
import type { Definition } from '../../../shared/workflow/definition.ts';
import { z } from 'zod';
import { defineAction, type Action, type Services } from '../../../daemon/actions/action.ts';
import { createTestEngine, type TestEngine } from '../../fakes/engine.ts';
import { node, step, workflowOf } from '../../fakes/outline.ts';
import { createSigner, ownersOf, type Signer } from '../../fakes/signer.ts';

const ada = createSigner('Ada');
const ben = createSigner('Ben');
let test: TestEngine;
afterEach(() => test.remove());

const create = (policy: { trust: boolean; signToStart: boolean }): Promise<TestEngine> =>
  createTestEngine({ options: { owner: ownersOf(ada, ben), policy } });
const writing = (value = 'x'): Definition => workflowOf(step('one', 'act.write', { with: { name: 'one', value } }));

async function trust(definition: Definition): Promise<void> {
  const hash = await test.engine.propose(definition);
  await test.engine.trust(hash, ada.sign(test.engine.challenge({ kind: 'trust', definition: hash })));
}

async function signature(definition: Definition, signer: Signer = ada) {
  const subject = { kind: 'start', definition: await test.engine.propose(definition), inputs: {} } as const;
  return signer.sign(test.engine.challenge(subject));
}

describe('trust', () => {
  it('is bound to the content: other content is not trusted, the same under another name is [core.trust.hash]', async () => {
    test = await create({ trust: true, signToStart: false });
    await expect(test.run(writing())).rejects.toMatchObject({ failure: { code: 'run.untrusted' } });
    expect(test.world.calls).toEqual([]);
    await trust(writing());
    expect((await test.run(writing())).status).toBe('completed');
    await expect(test.run(writing('changed'))).rejects.toMatchObject({ failure: { code: 'run.untrusted' } });
    test = await test.restart();
    expect((await test.run(writing(), {}, { graph: undefined })).status).toBe('completed');
  });

  it('does not start in part: nothing is recorded of a run that was refused [core.refuse.untrusted]', async () => {
    test = await create({ trust: true, signToStart: false });
    await expect(test.run(writing())).rejects.toThrow(/Nobody here has agreed/);
    expect(test.engine.list()).toEqual([]);
  });
});

describe('a dry run of what nobody has agreed to', () => {
  const reached: string[] = [];
  const look = (name: string, touches: Action['touches']): Action =>
    defineAction({
      name,
      summary: 'Looks somewhere, with a token.',
      effect: 'read',
      ...(touches ? { touches } : {}),
      input: z.strictObject({ directory: z.string().optional(), token: z.string() }),
      output: z.object({ found: z.string() }),
      async run({ token }, { services }) {
        reached.push(`${name} ${token}`);
        await services.fetch('http://127.0.0.1:9/');
        return { found: name };
      },
    });
  const all = [
    look('look.elsewhere', { paths: ['directory'], hosts: ['url'] }),
    look('look.here', { paths: ['directory'] }),
    look('look.anywhere', undefined),
  ];
  const looking = (): Definition =>
    workflowOf(
      ...all.map(({ name }) => step(name.replace('.', '_'), name, { with: { token: "${{ secret('TOKEN') }}" } })),
    );
  const open = async () => {
    reached.length = 0;
    test = await createTestEngine({
      options: {
        owner: ownersOf(ada, ben),
        policy: { trust: true, signToStart: false },
        actions: new Map(all.map((action) => [action.name, action])),
        personas: () => new Map([['tester', { id: 'tester', actions: ['look.*'], secrets: ['TOKEN'] }]]),
        secrets: {
          read: () => {
            reached.push('a secret was read');
            return Promise.resolve('hunter2');
          },
        },
        services: () =>
          ({
            fetch: () => {
              reached.push('fetched');
              return Promise.resolve(new Response());
            },
          }) as unknown as Services,
      },
    });
  };

  it('reaches nothing outside of this machine and reads no secret [core.refuse.dry-run]', async () => {
    await open();
    const state = await test.run(looking(), {}, { dryRun: true });
    expect(reached.filter((what) => !what.startsWith('look.here'))).toEqual([]);
    expect(reached.join()).not.toContain('hunter2');
    const of = (id: string) => state.nodes.get(`work/${id}`);
    expect(of('look_elsewhere')).toMatchObject({
      status: 'completed',
      output: { found: expect.any(String) as string },
    });
    expect(of('look_here')).toMatchObject({ status: 'failed', failure: { code: 'run.untrusted' } });
  });

  it('looks as usual once somebody has [core.refuse.dry-run]', async () => {
    await open();
    await trust(looking());
    const state = await test.run(looking(), {}, { dryRun: true });
    expect(state.status).toBe('completed');
    expect(reached.filter((what) => what === 'fetched')).toHaveLength(3);
    expect(reached).toContain('look.elsewhere hunter2');
  });
});

describe('starting', () => {
  it('a run with writes asks for a signature; a dry run and one that only reads do not [core.signature.grant]', async () => {
    test = await create({ trust: false, signToStart: true });
    await expect(test.run(writing())).rejects.toMatchObject({ failure: { code: 'run.unsigned' } });
    expect((await test.run(writing(), {}, { dryRun: true })).status).toBe('completed');
    expect((await test.run(workflowOf(step('look', 'act.read', { with: { name: 'look' } })))).status).toBe('completed');
    expect((await test.run(writing(), {}, { signature: await signature(writing()) })).status).toBe('completed');
  });

  it('is in the name of whoever signs it, so that the starter cannot hide behind another [core.gate.not-starter]', async () => {
    test = await create({ trust: false, signToStart: true });
    const bens = await signature(writing(), ben);
    await expect(test.run(writing(), {}, { signature: bens })).rejects.toMatchObject({
      failure: { code: 'signature.starter_name' },
    });
  });

  it('is covered by one signature for eight hours, for that workflow and that device [core.signature.grant]', async () => {
    test = await create({ trust: false, signToStart: true });
    await test.run(writing(), {}, { signature: await signature(writing()) });
    const covered = { ...(await signature(writing())), nonce: '', signature: '' };
    expect((await test.run(writing(), {}, { signature: covered })).status).toBe('completed');
    await expect(test.run(writing('other'), {}, { signature: covered })).rejects.toMatchObject({
      failure: { code: expect.stringMatching(/^signature/) as string },
    });
    const bens = { ...(await signature(writing(), ben)), nonce: '', signature: '' };
    await expect(test.run(writing(), {}, { signature: bens })).rejects.toMatchObject({
      failure: { code: expect.stringMatching(/^signature/) as string },
    });
    test.clock.advanceTo(test.clock.now() + 8 * 3_600_000 + 1);
    await expect(test.run(writing(), {}, { signature: covered })).rejects.toMatchObject({
      failure: { code: expect.stringMatching(/^signature/) as string },
    });
  });
});

it('signs what follows a gate too: the effects that a signature lets happen are shown', async () => {
  test = await create({ trust: false, signToStart: false });
  const state = await test.run(
    workflowOf(
      node('gate', 'gate', {}, node('sign-off', 'manager')),
      step('after', 'act.irreversible', { with: { name: 'after' } }),
    ),
  );
  const { shown } = test.engine.challenge({ kind: 'sign-off', run: state.run, node: 'work/gate', signOff: 'manager' });
  expect(shown.effects).toEqual([{ title: 'after', uses: 'act.irreversible', effect: 'irreversible' }]);
});
