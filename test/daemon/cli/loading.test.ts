import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cli } from '../../../daemon/cli/command.ts';
import { commandsFor } from '../../../daemon/cli/commands-for.ts';
import { commands } from '../../../daemon/cli/commands/index.ts';

const PROGRAM = fileURLToPath(new URL('../../../daemon/cli/stagebook.mjs', import.meta.url));
const COMMANDS = fileURLToPath(new URL('../../../daemon/cli/commands', import.meta.url));
/** Prints what was loaded when the process ends. */
const LISTING = `
import { registerHooks } from 'node:module';
const loaded = [];
registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
process.on('exit', () => console.error(JSON.stringify(loaded)));
`;

let folder: string;
let hook: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stagebook-loading-'));
  hook = join(folder, 'listing.mjs');
  writeFileSync(hook, LISTING);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function loadedBy(...args: string[]): { out: string; loaded: string[] } {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--import', pathToFileURL(hook).href, PROGRAM, ...args],
    { encoding: 'utf8', env: { ...process.env, STAGEBOOK_HOME: join(folder, 'home'), HOME: folder } },
  );
  expect(status, stderr).toBe(0);
  return { out: stdout, loaded: JSON.parse(stderr.trim().split('\n').at(-1)!) as string[] };
}

const namesOf = (added: readonly ((program: Command, cli: Cli) => void)[]): string[] => {
  const program = new Command();
  const cli = { does: () => () => Promise.resolve() } as unknown as Cli;
  for (const add of added) add(program, cli);
  return program.commands.map((command) => command.name());
};

describe('a command is loaded alone', () => {
  it('from the file of its name, which is in the list of all [core.cli.loading]', async () => {
    const files = readdirSync(COMMANDS).map((file) => basename(file, '.ts'));
    const names = files.filter((name) => name !== 'index').toSorted();
    expect(namesOf(commands).toSorted()).toEqual(names);
    for (const name of names) expect(namesOf(await commandsFor([name]))).toEqual([name]);
  });

  it('but for help, and for words that are no command [core.cli.loading]', async () => {
    for (const word of ['--help', 'help', 'lits', '../up', '', 'index'])
      expect(await commandsFor([word])).toHaveLength(commands.length);
  });
});

describe('nothing is loaded that is not needed', () => {
  it.each([
    [['--version'], ['/daemon/cli/commands/', '/zod/', '/yaml/']],
    [['--help'], ['/daemon/open.ts', '/daemon/actions/index.ts', '/daemon/journal/sqlite.ts', 're2js']],
    [['list'], ['/daemon/open.ts', '/daemon/actions/', '/daemon/graph/', 're2js', '@octokit', '/daemon/cli/sign.ts']],
    [
      ['check', 'package-release'],
      ['/daemon/open.ts', '@octokit', 'fast-xml-parser', '/ws/', '@opentelemetry'],
    ],
  ])('by stagebook %j [core.cli.loading]', (args, unwanted) => {
    const { loaded, out } = loadedBy(...args);
    expect(out).not.toBe('');
    expect(loaded.length).toBeGreaterThan(3);
    for (const part of unwanted) expect(loaded.filter((url) => url.includes(part))).toEqual([]);
  });
});
