import { closeSync, existsSync, ftruncateSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDesk, pageOf, type Desk } from '../../fakes/stagebook.ts';

let desk: Desk;
beforeAll(() => {
  desk = createDesk();
});
afterAll(() => desk.remove());

const READ = `
- {{renderer :stagebook, step}} Read
  \`\`\`yaml
  uses: version.read
  with: { directory: "." }
  \`\`\``;

const CASES: { what: string; page: string; place: string; code: string; args?: string[] }[] = [
  {
    what: 'an error in the YAML of a block [core.refuse.yaml]',
    page: pageOf('- {{renderer :stagebook, step}} Read\n  ```yaml\n  uses: [version.read\n  ```'),
    place: '8:23',
    code: 'settings.yaml',
  },
  {
    what: 'an unknown role [core.refuse.role]',
    page: pageOf('- {{renderer :stagebook, stepp}} Read'),
    place: '6:4',
    code: 'role.unknown',
  },
  {
    what: 'an unknown action [core.refuse.action]',
    page: pageOf('- {{renderer :stagebook, step}} Read\n  ```yaml\n  uses: version.raed\n  ```'),
    place: '8:',
    code: 'action.unknown',
  },
  {
    what: 'a type error in an expression [core.refuse.cel-type]',
    page: pageOf(
      `${READ}\n- {{renderer :stagebook, gate}} Fine\n\t- {{renderer :stagebook, check}} It is\n\t  \`\`\`yaml\n\t  that: "1 + 'a' == 2"\n\t  \`\`\``,
    ),
    place: '14:12',
    code: 'expression.type',
  },
  {
    what: 'a missing input [core.refuse.input]',
    page: pageOf(READ, 'inputs: { name: { title: "Whose name" } }'),
    place: '3:',
    code: 'input.missing',
  },
  {
    what: 'an input that is not declared [core.refuse.input]',
    page: pageOf(READ),
    place: '1:',
    code: 'input.unknown',
    args: ['-i', 'nmae=Ada'],
  },
  {
    what: 'a list that is cut off [core.refuse.input]',
    page: pageOf(READ, 'inputs: { test: { type: list } }'),
    place: '3:',
    code: 'input.type',
    args: ['-i', 'test=["python3","x.py"'],
  },
  {
    what: 'a page that calls itself [core.refuse.cycle]',
    page: pageOf('- {{renderer :stagebook, call}} Again\n  ```yaml\n  page: A page\n  ```'),
    place: '8:',
    code: 'call.cyclic',
  },
  {
    what: 'a binary file [core.refuse.binary]',
    page: '\u0000\u0001PNG\u0000',
    place: '1:1',
    code: 'page.binary',
  },
  {
    what: 'a definition that nobody here trusts [core.refuse.untrusted]',
    page: pageOf(READ),
    place: '1:1',
    code: 'run.untrusted',
  },
];

describe('run refuses with its place, exit code 2 and nothing started', () => {
  it.each(CASES)('$what', async ({ page, place, code, args = [] }) => {
    const file = desk.write(`${code}.md`, page);
    const { code: exit, err, out } = await desk.run('run', file, ...args);
    expect({ exit, out }, err).toEqual({ exit: 2, out: '' });
    const lines = err.trim().split('\n');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`${file}:${place}`);
    expect(lines[0]).toContain(`error ${code}: `);
    expect((await desk.run('list')).out).toMatch(/^No runs/);
  });

  it('a page of 50 MB, without reading it [core.refuse.huge]', async () => {
    const file = join(desk.folder, 'huge.md');
    const handle = openSync(file, 'w');
    writeSync(handle, '- ');
    ftruncateSync(handle, 50 * 2 ** 20);
    closeSync(handle);
    const { code, err } = await desk.run('run', file);
    expect(code).toBe(2);
    expect(err).toMatch(/huge\.md:1:1: error limit\.page: .*50 MB/);
  });

  it('a page of a graph that nobody here trusts, with the words that find it again [core.refuse.untrusted]', async () => {
    const graph = join(desk.folder, 'notes');
    mkdirSync(join(graph, 'pages'), { recursive: true });
    writeFileSync(join(graph, 'pages', 'A page.md'), pageOf(READ));
    const { code, err } = await desk.run('run', 'A page', '--graph', graph);
    expect(code).toBe(2);
    expect(err).toContain(`stagebook trust "A page" --graph ${JSON.stringify(graph)}`);
  });

  it('scenarios that are not there [core.refuse.page]', async () => {
    const file = desk.write('fine.md', pageOf(READ));
    const pairs = [
      ['gone.scenarios.yaml', file],
      ['fine.md', 'gone.md'],
    ] as const;
    for (const [scenarios, workflow] of pairs) {
      const { code, err } = await desk.run('test', scenarios, '--against', workflow);
      expect(code).toBe(2);
      expect(err).toMatch(/^error scenario\.not_found: gone\./);
    }
    const past = desk.write('past.scenarios.yaml', 'scenarios: []\n');
    expect((await desk.run('test', past)).err).toMatch(/^error page\.not_found: .*past\.md .*--against FILE/);
  });

  it('a page that is not there, with the nearest name [core.refuse.page]', async () => {
    const { code, err } = await desk.run('run', 'package-relase');
    expect(code).toBe(2);
    expect(err).toMatch(/^error page\.not_found: .*Did you mean package-release\?/);
  });

  it('a page of a graph or a file that is not there, with the nearest of those that are [core.refuse.page]', async () => {
    const graph = join(desk.folder, 'named');
    mkdirSync(join(graph, 'pages'), { recursive: true });
    desk.write('named/pages/Nightly backup.md', pageOf(READ));
    const page = await desk.run('run', 'Nightly bakcup', '--graph', graph);
    expect(page.err).toMatch(/^error page\.not_found: .*Did you mean Nightly backup\?/);
    const file = await desk.run('check', join(graph, 'pages', 'Nightly bakcup.md'));
    expect(file.err).toMatch(/Did you mean \S*named\/pages\/Nightly backup\.md\?/);
    const bare = await desk.run('check', join(graph, 'pages', 'Nightly backup'));
    expect(bare.err).toMatch(/Did you mean \S*named\/pages\/Nightly backup\.md\?/);
    const nowhere = await desk.run('check', 'Nightly backup');
    expect(nowhere.err).toMatch(/^error page\.not_found: .* give its folder with --graph\.$/m);
  });

  it('a path outside of the roots [core.refuse.input]', async () => {
    const file = desk.write('path.md', pageOf(READ, 'inputs: { directory: { type: path } }'));
    desk.write('home/config.yaml', `roots: ["${join(desk.folder, 'home')}"]\n`);
    const outside = await desk.run('run', file, '-i', 'directory=.');
    desk.write('home/config.yaml', '');
    expect(outside.code).toBe(2);
    expect(outside.err).toMatch(/path\.md:3:\d+: error input\.outside: /);
  });

  it('an option or a command that does not exist [core.cli.help]', async () => {
    expect((await desk.run('run', 'x', '--drunk')).code).toBe(2);
    expect((await desk.run('rnu')).code).toBe(2);
  });

  it('a graph that is not there [core.refuse.page]', async () => {
    const { code, err } = await desk.run('run', 'package-release', '--graph', join(desk.folder, 'nowhere'));
    expect(code).toBe(2);
    expect(err).toContain('error graph.not_found');
    expect(existsSync(join(desk.folder, 'nowhere'))).toBe(false);
  });
});

describe('check', () => {
  it('tells every problem with its place and runs nothing [core.cli.commands]', async () => {
    const file = desk.write('two.md', pageOf('- {{renderer :stagebook, stepp}} A\n- {{renderer :stagebook, gaet}} B'));
    const { code, err } = await desk.run('check', file);
    expect(code).toBe(2);
    expect(err.trim().split('\n')).toHaveLength(2);
    expect((await desk.run('check', 'package-release')).code).toBe(0);
    const json = await desk.run('check', file, '--json');
    expect(JSON.parse(json.out)).toMatchObject([{ code: 'role.unknown', severity: 'error' }, { code: 'role.unknown' }]);
  });

  it('tells the errors of called pages at their own place, once, as the start refuses them [core.language.place]', async () => {
    const call = (page: string): string =>
      `- {{renderer :stagebook, call}} Call ${page}\n  \`\`\`yaml\n  page: ${page}\n  \`\`\``;
    const titled = (title: string, lines: string): string => pageOf(lines).replace('A page', title);
    const outer = desk.write('outer.md', titled('Outer', call('middle')));
    const middle = desk.write('middle.md', titled('Middle', `${call('inner')}\n${call('torn')}`));
    const inner = desk.write('inner.md', titled('Inner', READ.replace('version.read', 'version.raed')));
    const torn = desk.write('torn.md', titled('Torn', '- {{renderer :stagebook, stepp}} A'));
    for (const args of [
      ['check', outer],
      ['check', outer, middle, inner],
      ['run', outer],
    ]) {
      const { code, err } = await desk.run(...args);
      expect(code).toBe(2);
      const lines = err.trim().split('\n').toSorted();
      expect(lines).toEqual([
        expect.stringMatching(/^.*inner\.md:8:\d+: error action\.unknown: .*version\.read/) as string,
        expect.stringMatching(/^.*middle\.md:12:\d+: error call\.page: /) as string,
        expect.stringMatching(/^.*torn\.md:6:4: error role\.unknown: /) as string,
      ]);
      expect(lines.map((line) => line.split(':')[0])).toEqual([inner, middle, torn]);
    }
  });

  it('checks the page of a persona as one [personas.page.checked]', async () => {
    const page = (settings: string): string =>
      `- {{renderer :stagebook, persona}} Mine\n  \`\`\`yaml\n  ${settings}\n  \`\`\`\n`;
    const fine = desk.write('mine.md', page('actions: [version.*]'));
    const wrong = desk.write('wrong.md', page('actions: [version.raed]'));
    const { code, err, out } = await desk.run('check', fine, wrong);
    expect({ code, out }).toEqual({ code: 2, out: `${fine}: no problems\n` });
    expect(err).toMatch(/^\S+wrong\.md:3:13: error action\.unknown: .*Did you mean version\.read\?\n$/);
  });
});
