import type { Json } from '../../../shared/json.ts';
import type { Definition } from '../../../shared/workflow/definition.ts';
import type { PageSource } from '../../../daemon/pages/page.ts';
import { createTestEngine, type TestEngine } from '../../fakes/engine.ts';
import { node, step } from '../../fakes/outline.ts';
import { createSigner, ownersOf } from '../../fakes/signer.ts';

/** Text that means something to Logseq in every way there is. */
export const HOSTILE =
  'x }} {{renderer :stagebook, step}} [[Home]] ((65f0b1a2-1111-4111-8111-111111111111)) #tag `code` <b onload=1> $x$\nid:: 1\n- TODO block\n```\n';

const ada = createSigner('Ada');

/** A release in small: preparing, suites of which one is tried again, a gate with a sign-off, and what cannot be undone. */
export function releaseWorkflow(coverage = 83.4): Definition {
  return {
    language: 1,
    header: { ...node('workflow', 'package_release'), title: 'Package release' },
    body: [
      stage('prepare', 'Prepare', [
        step('bump', 'act.write', {
          with: { name: 'bump', value: { version: '1.1.0' } },
          remember: { version_new: '${{ output.version }}', release_commit: '0123abc' },
        }),
      ]),
      stage('validate', 'Validate', [
        node(
          'retry',
          'suite',
          { attempts: 3 },
          step('tests', 'act.repeatable', { with: { name: 'tests', value: { coverage } } }),
        ),
        {
          ...node(
            'gate',
            'good',
            {},
            {
              ...node('check', 'covered', { that: 'steps.tests.output.coverage >= 80.0' }),
              title: 'Coverage is at least 80 %',
            },
            { ...node('sign-off', 'manager'), title: 'The release manager agrees' },
            node('otherwise', 'otherwise', {}, step('issue', 'act.write', { with: { name: 'issue' } })),
          ),
          title: 'Good enough to publish',
        },
      ]),
      stage('publish', 'Publish', [
        {
          ...step('send', 'act.irreversible', { with: { name: 'send', value: { url: 'https://registry.example/x' } } }),
          title: 'Send it',
        },
      ]),
    ],
  };
}

function stage(id: string, title: string, children: Definition['body']): Definition['body'][number] {
  return { ...node('stage', id, { persona: 'tester' }, ...children), title };
}

export const create = (): Promise<TestEngine> => createTestEngine({ options: { owner: ownersOf(ada) } });

export async function agree(test: TestEngine, run: string): Promise<void> {
  const subject = { run, node: 'validate/good', signOff: 'manager' };
  await test.engine.sign(
    run,
    subject.node,
    subject.signOff,
    ada.sign(test.engine.challenge({ kind: 'sign-off', ...subject })),
  );
  await test.work();
}

/** What the pages of a run are computed from. */
export function sourceOf(test: TestEngine, run: string, data: Json = null, more: Partial<PageSource> = {}): PageSource {
  return {
    state: test.engine.state(run),
    definition: test.engine.definition(run),
    events: test.engine.events(run),
    data,
    zone: 'Europe/Berlin',
    siblings: {},
    ...more,
  };
}

/** A run that waits, was published, was rejected, failed with a hostile message, or does not know whether it published. */
export const situations: Record<string, (test: TestEngine) => Promise<string>> = {
  waiting: async (test) => (await test.run(releaseWorkflow())).run,
  published: async (test) => {
    let left = 1;
    test.world.on('tests', ({ value }) => {
      if (left-- > 0) throw Object.assign(new Error('flaky'), {});
      return value;
    });
    const { run } = await test.run(releaseWorkflow());
    if (test.engine.state(run).status === 'failed')
      await test.engine.resume(run, { by: { kind: 'person', name: 'Ada' } });
    await test.work();
    await agree(test, run);
    return run;
  },
  rejected: async (test) => (await test.run(releaseWorkflow(79.9))).run,
  failed: async (test) => {
    test.world.on('bump', () => {
      throw new Error(HOSTILE);
    });
    return (await test.run(releaseWorkflow(), { [HOSTILE.slice(0, 40)]: HOSTILE })).run;
  },
  unknown: async (test) => {
    test.world.on('send', () => {
      throw new Error('the line went dead');
    });
    test.world.verify('send', () => ({ is: 'unsure', why: 'the registry does not answer' }));
    const { run } = await test.run(releaseWorkflow());
    await agree(test, run);
    return run;
  },
};
