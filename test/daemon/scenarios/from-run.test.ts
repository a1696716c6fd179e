import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { registries } from '../../../daemon/registered.ts';
import { differences } from '../../../daemon/scenarios/expect.ts';
import { scenarioOfRun } from '../../../daemon/scenarios/from-run.ts';
import { loadScenarios } from '../../../daemon/scenarios/load.ts';
import { play } from '../../../daemon/scenarios/run.ts';
import { scenarioFile } from '../../../daemon/scenarios/scenario.ts';
import { SHIPPED } from '../../../daemon/workflows.ts';
import { parseWorkflowText } from '../../../shared/workflow/parse.ts';
import { createDesk, pageOf, type Desk } from '../../fakes/stagebook.ts';

const RELEASE = join(SHIPPED, 'package-release.md');

it('makes a scenario of every kind of run of a release, and each goes the same way again [review.past.same-way]', async () => {
  const { definition } = parseWorkflowText(readFileSync(RELEASE, 'utf8'));
  const stage = { ...registries(), definition: definition! };
  const { defaults, scenarios } = loadScenarios(RELEASE.replace('.md', '.scenarios.yaml'));
  const otherwise: string[] = [];
  for (const scenario of scenarios) {
    const played = await play(stage, defaults, scenario);
    // What waits for ever has not ended.
    if (played.state.endedAt === undefined) continue;
    const { state, events } = played;
    const made = scenarioOfRun({ state, definition: definition!, pages: {}, events }, scenario.name);
    const kept = scenarioFile.parse(JSON.parse(JSON.stringify({ scenarios: [made] })));
    const again = await play(stage, undefined, kept.scenarios[0]!);
    otherwise.push(...differences(again, made.expect).map(({ text }) => `${scenario.name}: ${text}`));
  }
  expect(otherwise).toEqual([]);
});

describe('at the command line', () => {
  let desk: Desk;
  beforeEach(() => (desk = createDesk()));
  afterEach(() => desk.remove());

  /** Reads what the last release left, and does something after it that must not happen when that was broken. */
  const page = (gate: string): string =>
    pageOf(`
- {{renderer :stagebook, step}} Read the version
  \`\`\`yaml
  uses: version.read
  with: { directory: "${desk.folder}" }
  \`\`\`
${gate}
- {{renderer :stagebook, step}} Bump it
  \`\`\`yaml
  uses: version.bump
  with: { directory: "${desk.folder}", level: major }
  \`\`\``);
  const GATE = `- {{renderer :stagebook, gate}} It is not out yet
\t- {{renderer :stagebook, check}} The version is before 1
\t  \`\`\`yaml
\t  that: 'steps.read_the_version.output.version.startsWith("0.")'
\t  \`\`\``;

  const past = async (): Promise<string> => {
    desk.write('package.json', JSON.stringify({ name: 'clock', version: '1.2.0' }));
    const file = desk.write('release.md', page('').replace(/\n\n/g, '\n'));
    await desk.demo(file);
    const ran = await desk.run('run', file, '--yes');
    expect(ran.code, ran.err + ran.out).toBe(0);
    return file;
  };

  it('says of an edited workflow whether it would have caught what happened [review.past.caught]', async () => {
    const file = await past();
    const made = await desk.run('export', 'last', '--scenario', 'incident.scenarios.yaml', '--never', 'version.bump');
    expect(made.code, made.err).toBe(0);
    const before = await desk.run('test', 'incident.scenarios.yaml', '--against', file);
    expect(before.code).toBe(1);
    expect(before.out).toContain('version.bump was asked for, and must not be');

    const edited = desk.write('edited.md', page(GATE));
    const after = await desk.run('test', 'incident.scenarios.yaml', '--against', edited);
    expect(after.out).toContain('stopped at the gate “It is not out yet”');
    expect(after.code).toBe(0);
  });

  it('adds to a file of scenarios, keeps its comments, and takes no name twice [review.past.file]', async () => {
    await past();
    const file = join(desk.folder, 'kept.scenarios.yaml');
    writeFileSync(file, '# Ours.\nscenarios:\n  - name: an old one # stays\n    expect: { status: completed }\n');
    const add = () => desk.run('export', 'last', '--scenario', file, '--name', 'a past one');
    expect((await add()).code).toBe(0);
    const twice = await add();
    expect(twice.code).toBe(2);
    expect(twice.err).toContain('scenario.twice');
    const text = readFileSync(file, 'utf8');
    expect(text).toContain('# Ours.');
    expect(text).toContain('# stays');
    const { scenarios } = scenarioFile.parse(parse(text));
    expect(scenarios.map(({ name }) => name)).toEqual(['an old one', 'a past one']);
    expect(scenarios[1]!.answers).toMatchObject({ read_the_version: { version: '1.2.0' } });
    expect(scenarios[1]!.expect).toMatchObject({ status: 'completed', effects: ['version.bump'] });
    rmSync(file);
  });

  it('refuses an action that the run does not use, and asks what to make', async () => {
    await past();
    const unknown = await desk.run('export', 'last', '--scenario', 'a.yaml', '--never', 'npm.publish');
    expect(unknown.code).toBe(2);
    expect(unknown.err).toContain('No step of the run uses “npm.publish”');
    expect((await desk.run('export', 'last')).err).toContain('--scenario FILE');
  });
});
