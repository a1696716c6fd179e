import { mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Graph } from '../../../daemon/graph/graph.ts';
import { openFolder } from '../../../daemon/graph/folder.ts';
import { registries } from '../../../daemon/registered.ts';
import { createProofs } from '../../../daemon/review/proofs.ts';
import { pageOf } from '../../fakes/stagebook.ts';

const PAST = `scenarios:
  - name: the release that broke
    answers: { read_the_version: { package: clock, version: 1.2.0, file: package.json, ecosystem: npm, repository: '' } }
    expect: { never: [version.bump] }
`;
const workflow = (gate: string): string =>
  pageOf(`
- {{renderer :stagebook, step}} Read the version
  \`\`\`yaml
  uses: version.read
  with: { directory: /work/clock }
  \`\`\`
${gate}- {{renderer :stagebook, step}} Bump it
  \`\`\`yaml
  uses: version.bump
  with: { directory: /work/clock, level: major }
  \`\`\``);
const GATE = `- {{renderer :stagebook, gate}} Not out yet
\t- {{renderer :stagebook, check}} Before 1
\t  \`\`\`yaml
\t  that: 'steps.read_the_version.output.version.startsWith("0.")'
\t  \`\`\`
`;

let folder: string;
let graph: Graph;
beforeEach(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'stagebook-proofs-')));
  mkdirSync(join(folder, 'pages'));
  graph = await openFolder(folder);
});
afterEach(async () => {
  await graph.close();
  rmSync(folder, { recursive: true, force: true });
});

it('a closed action item names the scenario that proves it: one that is gone, or holds no more, is told [review.past.proof]', async () => {
  const proofs = createProofs(registries);
  const item = (marker: string, scenario: string) =>
    writeFileSync(
      join(folder, 'pages', 'Post-mortem INC-1.md'),
      `- Action items\n\t- ${marker} Stop releases that are out\n\t  scenario:: ${scenario}\n`,
    );
  const look = async () =>
    (await proofs(graph, folder, ['Post-mortem INC-1'])).map(({ severity, message }) => `${severity} ${message}`);
  const [said] = ['release.scenarios.yaml#the release that broke'];
  item('TODO', said);
  expect(await look()).toEqual([]);
  item('DONE', said);
  expect(await look()).toEqual([expect.stringContaining('There is no file release.scenarios.yaml')]);
  item('DONE', '../../etc/passwd');
  expect(await look()).toEqual([expect.stringContaining('There is no file')]);

  item('DONE', said);
  writeFileSync(join(folder, 'release.scenarios.yaml'), PAST);
  expect(await look()).toEqual([]);
  item('DONE', 'release.scenarios.yaml#another');
  expect(await look()).toEqual([expect.stringContaining('no scenario “another”')]);

  item('DONE', said);
  writeFileSync(join(folder, 'release.md'), workflow(''));
  expect(await look()).toEqual([expect.stringContaining('version.bump was asked for, and must not be')]);
  writeFileSync(join(folder, 'release.md'), workflow(GATE));
  utimesSync(join(folder, 'release.md'), new Date(), new Date(Date.now() + 5_000));
  expect(await look()).toEqual([]);
});
