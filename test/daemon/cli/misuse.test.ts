import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDesk, type Desk } from '../../fakes/stagebook.ts';

let desk: Desk;
beforeAll(() => void (desk = createDesk()));
afterAll(() => desk.remove());

describe('what nobody can have meant is refused in one form: a code, what was wrong, what is near, where the help is', () => {
  it.each([
    [['lits'], /^error command\.unknown_command: .*Did you mean list\?\)?\n\(stagebook --help shows/],
    [
      ['run', 'x', '--grap', '.'],
      /^error command\.unknown_option: .*Did you mean --graph\?\)?\n\(stagebook run --help/,
    ],
    [['show'], /^error command\.missing_argument: .*'run'\n\(stagebook show --help/],
    [['list', '-n', 'many'], /^error command\.invalid_argument: .*number from 1 on\.\n\(stagebook list --help/],
    [['outbox', 'retyr'], /^error command\.unknown_command: .*Did you mean “stagebook outbox retry”\? There are: /],
    [['people', 'ad', 'Ada'], /^error command\.unknown_command: .*Did you mean “stagebook people add”\?/],
    [['incident', 'akc', 'last'], /^error command\.unknown_command: .*Did you mean “stagebook incident ack”\?/],
    [['service', 'instal'], /^error command\.unknown_command: /],
    [['incident', 'set', 'last'], /'fields'\n\(stagebook incident set --help shows/],
    [['mcp', 'toke', 'x'], /^error command\.unknown_command: /],
  ])('stagebook %j [core.cli.help]', async (args, said) => {
    const { code, out, err } = await desk.run(...args);
    expect(err).toMatch(said);
    expect(err.trim().split('\n').length).toBeLessThanOrEqual(2);
    expect(out).toBe('');
    expect(code).toBe(2);
  });
});

describe('a file or folder that cannot be used is told, whatever wanted it', () => {
  it.each([
    [['import', '.'], /^error import\.unknown: There is no file \.\.$/m],
    [['export', 'last', '--bundle', 'here'], /^error run\.not_found/],
    [['persona', 'measure', '--tools', 'nowhere'], /^error file\.unusable: nowhere is not there/],
    [['verify', 'any.md'], /^error verify\.no_bundle: any\.md is no bundle/],
  ])('stagebook %j [core.cli.help]', async (args, said) => {
    desk.write('any.md', '- text\n');
    const { code, err } = await desk.run(...args);
    expect(err).toMatch(said);
    expect(code).toBe(2);
  });

  it.runIf(process.platform === 'linux')(
    'where no folder can be made, without an end of its own [core.cli.help]',
    async () => {
      const all = await Promise.all([desk.run('backup', '/proc/x/y'), desk.run('monitoring', '/proc/x/y')]);
      for (const { code, err } of all) {
        expect(err).toMatch(/^error file\.unusable: \/proc\/x is not there, nor can it be made/);
        expect(code).toBe(2);
      }
    },
  );
});

describe('a configuration that cannot be used', () => {
  it('is told like a page: each problem on a line of its own, with its place [core.refuse.config]', async () => {
    mkdirSync(desk.home, { recursive: true });
    const file = desk.write(join('home', 'config.yaml'), 'zone: Europe/Berlin\nnpm:\n  registy: x\ngraphs: [notes]\n');
    const { code, err } = await desk.run('list');
    expect(code).toBe(2);
    expect(err.split('\n')).toEqual([
      `${file}:3:3: error config.invalid: There is no setting “registy” in npm, but one called registry`,
      `${file}:4:10: error config.invalid: graphs.0: notes must be an absolute path, or begin with ~`,
      '',
    ]);
  });
});
