import { existsSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createDesk, pageOf, type Desk } from '../../fakes/stagebook.ts';

let desk: Desk;
beforeEach(() => {
  desk = createDesk();
  desk.write('package.json', '{"name":"clock","version":"1.0.0"}\n');
});
afterEach(() => desk.remove());

const NODES = `- {{renderer :stagebook, step}} Read
  \`\`\`yaml
  uses: version.read
  with: { directory: "\${{ inputs.directory }}" }
  \`\`\`
- {{renderer :stagebook, step}} Bump
  \`\`\`yaml
  uses: version.bump
  with: { directory: "\${{ inputs.directory }}", level: minor }
  \`\`\`
- {{renderer :stagebook, step}} Build
  \`\`\`yaml
  uses: sandbox.run
  \`\`\`
  \`\`\`python
  print("clock.tgz", end="")
  \`\`\`
- {{renderer :stagebook, gate}} Good
	- {{renderer :stagebook, check}} It has a version
	  \`\`\`yaml
	  that: 'steps.read.output.version == "1.0.0"'
	  \`\`\`
	- {{renderer :stagebook, check}} It is built
	  \`\`\`yaml
	  that: 'steps.build.output.stdout.endsWith(".tgz")'
	  \`\`\`
	- {{renderer :stagebook, sign-off}} Somebody agrees
- {{renderer :stagebook, ask}} Ask
  \`\`\`yaml
  question: "Now, for \${{ steps.read.output.version }}?"
  \`\`\`
`;
const PUBLISH = `- {{renderer :stagebook, stage}} Out
  \`\`\`yaml
  persona: devops
  \`\`\`
	- {{renderer :stagebook, step}} Publish
	  \`\`\`yaml
	  uses: npm.publish
	  with: { tarball: "\${{ steps.build.output.stdout }}", token: "\${{ secret('NPM_TOKEN') }}" }
	  \`\`\`
`;

const dryRun = () => {
  const page = desk.write('page.md', `${pageOf(NODES, 'inputs: { directory: { type: path } }')}${PUBLISH}`);
  return desk.run('run', page, '-i', 'directory=.', '--dry-run');
};

it('marks what it did not do, ticks nothing that nobody decided, and says what a person has to know [core.cli.forecast]', async () => {
  const { code, out, err } = await dryRun();
  expect(code, err).toBe(0);
  expect(out).toMatch(/● Read {2}\d/);
  expect(out).toMatch(/○ Bump {2}would use version.bump · write: directory ".+", level "minor"/);
  expect(out).toMatch(/☑ Good: It has a version {2}saw "1.0.0"/);
  expect(out).toMatch(/□ Good: It is built {2}cannot be known in a dry run/);
  expect(out).toMatch(/□ Good: Somebody agrees {2}would ask a person/);
  expect(out).toMatch(/□ Good {2}nobody was asked/);
  expect(out).toMatch(/○ Ask {2}would ask a person: Now, for 1.0.0\?/);
  expect(out).toMatch(
    /○ Publish {2}would use npm.publish · irreversible: tarball "<stdout>", token "secret\(NPM_TOKEN\)"/,
  );
  expect(out).not.toMatch(/[■☒◫]/);
  const end = out.slice(out.indexOf('○ The dry run of'));
  expect(end).toContain('Nothing was done');
  expect(end).toContain('Cannot be known before it is done: “It is built”.');
  expect(end).toContain('Would ask people: “Somebody agrees” (a person), “Now, for 1.0.0?”.');
  expect(end).toContain('Could not be taken back: “Publish” (npm.publish).');
  expect(JSON.parse(readFileSync(`${desk.folder}/package.json`, 'utf8'))).toMatchObject({ version: '1.0.0' });
});

it('is a dry run wherever it is looked at, and there is nothing to sign, answer, cancel or go on with [core.cli.forecast]', async () => {
  await dryRun();
  const shown = (await desk.run('show', 'last')).out;
  expect(shown).toMatch(/dry run completed/);
  expect(shown).toMatch(/○ Bump +would use version.bump · write/);
  expect(shown).toContain('Nothing was done');
  expect(shown).not.toMatch(/Its pages are in/);
  expect((await desk.run('list')).out).toMatch(/○ +#1 +completed .*\(dry run\)/);
  const state = JSON.parse((await desk.run('show', 'last', '--json')).out) as {
    dryRun: boolean;
    nodes: Record<string, { assumed?: string; gate?: { assumed?: boolean } }>;
  };
  expect(state.dryRun).toBe(true);
  expect(state.nodes['work/good']?.gate?.assumed).toBe(true);
  expect(state.nodes['work/bump']?.assumed).toBe('preview');
  for (const command of [['approve'], ['reject'], ['answer', 'yes'], ['cancel'], ['resume']]) {
    const [name, ...rest] = command as [string, ...string[]];
    const { code, err } = await desk.run(name, 'last', ...rest);
    expect(code, name).not.toBe(0);
    expect(err, name).toMatch(/is a dry run: it did nothing and asks nobody/);
  }
  const { out } = await desk.run('resume', 'last', '--from', 'bump');
  // What the record has of the first time is told as it was then.
  expect(out.match(/○ Bump/g)).toHaveLength(2);
  expect(out).not.toMatch(/[☑●] (?:Good|Bump|Build)(?: |$)/m);
  const file = `${desk.folder}/example.scenarios.yaml`;
  expect((await desk.run('export', 'last', '--scenario', file)).err).toContain('scenario.dry_run');
  expect(existsSync(file)).toBe(false);
});
