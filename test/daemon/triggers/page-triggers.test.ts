import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { openFolder } from '../../../daemon/graph/folder.ts';
import { taggedPages } from '../../../daemon/graph/tagged.ts';
import { keepTimes } from '../../../daemon/triggers/schedule.ts';
import { parseWorkflowText } from '../../../shared/workflow/parse.ts';
import { createTestEngine, type TestEngine } from '../../fakes/engine.ts';
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
let folder: string;
let stop: () => void = () => undefined;
afterEach(() => {
  stop();
  test.remove();
  rmSync(folder, { recursive: true, force: true });
});

it('a page that gets a tag starts the trusted workflow that waits for it, once, and none that had it before [review.trigger.page]', async () => {
  folder = mkdtempSync(join(tmpdir(), 'stagebook-tags-'));
  mkdirSync(join(folder, 'pages'));
  const write = (name: string, text: string) => writeFileSync(join(folder, 'pages', `${name}.md`), text);
  write('On approval', PAGE);
  write('Old', 'tags:: approved, other\n\n- x\n');
  test = await createTestEngine({ options: { owner: ownersOf(ada), policy: { trust: true, signToStart: true } } });
  const { engine, journal, clock } = test;
  const graph = await openFolder(folder);
  const definition = parseWorkflowText(PAGE).definition!;
  const hash = await engine.propose(definition);
  const keep = async (): Promise<void> => {
    const onProblem = (_title: string, error: unknown): void => {
      throw error as Error;
    };
    stop = await keepTimes({ engine, journal, clock, graphs: [folder], open: () => Promise.resolve(graph), onProblem });
    await passed();
  };
  /** What was found is on record: files take real time. */
  const passed = async (): Promise<void> => {
    for (let n = 0; n < 40; n += 1) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      await test.settle();
    }
  };
  const minute = async (): Promise<unknown[]> => {
    clock.advanceTo(clock.now() + 60_000);
    await passed();
    return engine.list().map(({ run }) => engine.state(run).inputs.subject);
  };

  // Nobody trusts it yet.
  await keep();
  write('Early', '- #approved\n');
  expect(await minute()).toEqual([]);
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
  expect((await taggedPages(graph, 'approved')).map(({ name }) => name).sort()).toEqual(['Early', 'Old', 'Plan']);
  await graph.close();
});
