import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createDesk, pageOf, type Desk } from '../../fakes/stagebook.ts';

let desk: Desk;
beforeEach(() => {
  desk = createDesk();
});
afterEach(() => desk.remove());

const step = (title: string, settings: string): string =>
  `- {{renderer :stagebook, step}} ${title}\n  \`\`\`yaml\n  ${settings}\n  \`\`\``;
const read = step('Read', 'uses: version.read\n  with: { directory: "${{ inputs.directory }}" }');
const bump = (from: string): string =>
  step('Bump', `uses: version.bump\n  with: { directory: "\${{ inputs.directory }}", level: minor, from: ${from} }`);
const page = (...steps: string[]): string => pageOf(steps.join('\n'), 'inputs: { directory: { type: path } }');
const version = (): unknown =>
  (JSON.parse(readFileSync(`${desk.folder}/package.json`, 'utf8')) as { version: string }).version;

it('says what changes, asks for trust and signature, and goes on where it stopped [core.move.terminal]', async () => {
  desk.write('package.json', '{"name":"clock","version":"1.0.0"}\n');
  const file = desk.write('page.md', page(read, bump('2.0.0')));
  await desk.demo(file);
  const ran = await desk.run('run', file, '-i', 'directory=.', '--yes');
  expect(ran, ran.err).toMatchObject({ code: 1 });
  const edited = ['resume', 'last', '--edited'];

  // It was started from a file, which may have gone anywhere.
  expect(await desk.run(...edited)).toMatchObject({ code: 2, err: expect.stringContaining('move.page') as string });
  expect(await desk.run(...edited, file)).toMatchObject({
    code: 2,
    err: expect.stringContaining('move.same') as string,
  });

  desk.write('page.md', page(bump('1.0.0')));
  const gone = await desk.run(...edited, file);
  expect(gone).toMatchObject({ code: 2, out: '' });
  expect(gone.err).toMatch(/move\.nodes.*“Read” \(work\/read\) is gone/);

  desk.write('page.md', page(read, bump('1.0.0')));
  const untrusted = await desk.run(...edited, file, '--yes');
  expect(untrusted).toMatchObject({
    code: 2,
    err: expect.stringContaining(`stagebook trust ${JSON.stringify(file)}`) as string,
  });
  expect(untrusted.out).toMatch(/with its edited page: 1 node changed\.\n {2}~ work\/bump/);
  await desk.demo(file);
  expect(await desk.run(...edited, file)).toMatchObject({
    code: 2,
    err: expect.stringContaining('sign.no_terminal') as string,
  });
  expect(version()).toBe('1.0.0');

  const on = await desk.run(...edited, file, '--yes');
  expect(on, on.err).toMatchObject({ code: 0 });
  expect(version()).toBe('1.1.0');
  expect((await desk.run('show', 'last')).out).toContain('demo had it go on with the edited page: 1 node changed.');
  expect(await desk.run('verify', 'last')).toMatchObject({ code: 0 });
});
