import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { openFolder } from '../../../daemon/graph/folder.ts';
import { taggedPages } from '../../../daemon/graph/tagged.ts';
import { startByTags, type Tagged } from '../../../daemon/triggers/page-triggers.ts';
import { keepTimes } from '../../../daemon/triggers/schedule.ts';
import { parseWorkflowText } from '../../../shared/workflow/parse.ts';
import { createTestEngine, type TestEngine } from '../../fakes/engine.ts';
import { looked } from '../../fakes/looked.ts';
import { createSigner, ownersOf } from '../../fakes/signer.ts';

const ada = createSigner('Ada');
const PAGE = `- {{renderer :stagebook, workflow}} On approval
  \`\`\`yaml
  inputs: { subject: { type: string } }
  triggers: [{ page: approved, inputs: { subject: "\${{ alert.page }}" } }]
  \`\`\`
- {{renderer :stagebook, stage}} Work
  \`\`\`yaml
  persona: tester
  \`\`\`
	- {{renderer :stagebook, step}} Publish
	  \`\`\`yaml
	  uses: act.write
	  with: { name: publish }
	  \`\`\`
`;

let test: TestEngine;
let folder: string | undefined;
let stop: () => void = () => undefined;
afterEach(() => {
  stop();
  test.remove();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

it('a page that gets a tag starts the trusted workflow that waits for it, once, and none that had it before [review.trigger.page]', async () => {
  const here = (folder = mkdtempSync(join(tmpdir(), 'stagebook-tags-')));
  mkdirSync(join(here, 'pages'));
  const write = (name: string, text: string) => writeFileSync(join(here, 'pages', `${name}.md`), text);
  write('On approval', PAGE);
  write('Old', 'tags:: approved, other\n\n- x\n');
  test = await createTestEngine({ options: { owner: ownersOf(ada), policy: { trust: true, signToStart: true } } });
  const { engine, journal, clock } = test;
  const graph = await openFolder(here);
  const definition = parseWorkflowText(PAGE).definition!;
  const hash = await engine.propose(definition);
  const told: string[] = [];
  const keep = async (): Promise<void> => {
    const onProblem = (title: string): void => void told.push(title);
    stop = await keepTimes({ engine, journal, clock, graphs: [here], onProblem });
    await looked(test);
  };
  const minute = async (): Promise<unknown[]> => {
    clock.advanceTo(clock.now() + 60_000);
    await looked(test);
    return engine.list().map(({ run }) => engine.state(run).inputs.subject);
  };

  // Nobody trusts it yet.
  await keep();
  write('Early', '- #approved\n');
  expect(await minute()).toEqual([]);
  expect(told).toHaveLength(1);
  stop();

  await engine.trust(hash, ada.sign(engine.challenge({ kind: 'trust', definition: hash })));
  await keep();
  expect(await minute()).toEqual([]);
  write('Plan', 'tags:: [[approved]]\n\n- x\n');
  write('Talk', '- about `#approved` and #approvedly\n');
  expect(await minute()).toEqual(['Plan']);
  expect(await minute()).toEqual(['Plan']);
  write('Plan', '- x\n');
  await minute();
  write('Plan', '- #Approved x\n');
  expect(await minute()).toEqual(['Plan', 'Plan']);
  expect(told).toHaveLength(1);
  expect((await taggedPages(graph, 'approved')).pages.map(({ name }) => name).sort()).toEqual(['Early', 'Old', 'Plan']);
  await graph.close();
});

it.each([
  ['had it before', [['Plan'], []], [[], ['Plan']], [['Plan'], []], []],
  ['could not be read when somebody began to listen', [[], ['Plan']], [['Plan'], []], [['Plan'], []], []],
  ['could not be read, and had it not before', [[], []], [[], ['Plan']], [['Plan'], []], ['Plan']],
] as [string, ...[string[], string[]][], string[]][])(
  'a page that cannot be read for a moment has neither lost its tag nor got it: one that %s [review.trigger.unread]',
  async (_, ...given) => {
    const started = given.pop() as string[];
    test = await createTestEngine();
    const marks = new Map<string, string[]>();
    const names: unknown[] = [];
    for (const [pages, unread] of given as [string[], string[]][]) {
      const tagged: Tagged = { pages: pages.map((name) => ({ name, properties: {} })), unread };
      await startByTags([{ hash: 'h', definition: parseWorkflowText(PAGE).definition!, graph: 'g' }], {
        engine: { trusted: () => true, start: ({ inputs }) => Promise.resolve(`run ${names.push(inputs.subject)}`) },
        clock: test.clock,
        tagged: () => Promise.resolve(tagged),
        marks: { get: (name) => marks.get(name), set: (name, all) => Promise.resolve(void marks.set(name, all)) },
        onProblem: (_title, error) => {
          throw error as Error;
        },
      });
    }
    expect(names).toEqual(started);
  },
);
