import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { openFolder } from '../../../daemon/graph/folder.ts';
import { keepTimes } from '../../../daemon/triggers/schedule.ts';
import { parseWorkflowText } from '../../../shared/workflow/parse.ts';
import { createTestEngine, type TestEngine } from '../../fakes/engine.ts';
import { createSigner, ownersOf } from '../../fakes/signer.ts';

const ada = createSigner('Ada');
const PAGE = `- {{renderer :stagebook, workflow}} Nightly
  \`\`\`yaml
  triggers: [{ cron: "0 3 * * *", zone: UTC }]
  \`\`\`
- {{renderer :stagebook, stage}} Work
  \`\`\`yaml
  persona: tester
  \`\`\`
	- {{renderer :stagebook, step}} Sweep
	  \`\`\`yaml
	  uses: act.write
	  with: { name: sweep }
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

it('a page of a configured graph starts at its time once somebody has trusted it [core.engine.cron]', async () => {
  folder = mkdtempSync(join(tmpdir(), 'stagebook-schedule-'));
  mkdirSync(join(folder, 'pages'));
  writeFileSync(join(folder, 'pages', 'Nightly.md'), PAGE);
  test = await createTestEngine({ options: { owner: ownersOf(ada), policy: { trust: true, signToStart: true } } });
  const { engine, journal, clock } = test;
  const graph = await openFolder(folder);
  const keep = async (): Promise<void> => {
    stop();
    const onProblem = (_title: string, error: unknown): void => {
      throw error as Error;
    };
    stop = await keepTimes({ engine, journal, clock, graphs: [folder], open: () => Promise.resolve(graph), onProblem });
  };
  const nextNight = async (): Promise<void> => {
    clock.advanceTo(clock.now() + 86_400_000);
    for (let n = 0; n < 5; n += 1) await test.settle();
  };
  await keep();
  await nextNight();
  expect(engine.list()).toEqual([]);

  const definition = parseWorkflowText(PAGE).definition!;
  const hash = await engine.propose(definition);
  await engine.trust(hash, ada.sign(engine.challenge({ kind: 'trust', definition: hash })));
  await keep();
  await nextNight();
  expect(engine.list().map(({ title, status }) => [title, status])).toEqual([['Nightly', 'completed']]);
  await graph.close();
});
