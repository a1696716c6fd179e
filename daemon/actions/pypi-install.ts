import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import { normalisedName, pypiAddresses, readPypiProject, sameVersion } from '../registries/pypi-index.ts';
import { defineAction, type ActionContext } from './action.ts';

const input = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9][\w.-]*$/, 'is no name of a Python package'),
  version: z.string().regex(/^[\w.+!-]+$/, 'must be one exact version'),
  repository: z.enum(['production', 'staging']).default('production'),
  smoke: z.boolean().default(true).meta({ description: 'Import it once, in the sandbox and without network.' }),
  module: z
    .string()
    .regex(/^[A-Za-z_][\w.]*$/, 'is no name of a Python module')
    .optional()
    .meta({ description: 'What is imported; the package’s own name when left out.' }),
});
type Input = z.infer<typeof input>;

const output = z.object({
  installed: z.boolean().meta({ description: 'False while the index does not offer this version (yet).' }),
  name: z.string(),
  version: z.string().nullable().meta({ description: 'What is in the folder.' }),
  folder: z.string().nullable(),
  smoke: z.object({ ok: z.boolean(), level: z.string(), output: z.string() }).nullable(),
});

/** Installs from the index as a user would, into a folder of its own. Wheels only: a source distribution would run code. */
export const pypiInstallTarget = defineAction<Input, z.infer<typeof output>>({
  name: 'pypi.install_target',
  summary: 'Installs one exact version from the package index into a clean folder and imports it in the sandbox.',
  effect: 'repeatable',
  sandboxed: true,
  input,
  output,
  touches: { programs: ['python3'] },

  async run(settings, context) {
    const { name, version } = settings;
    const { indexUrl } = pypiAddresses(context.services.config, settings.repository);
    const files = (await readPypiProject(context, indexUrl, name)) ?? [];
    if (!files.some((file) => file.filename.endsWith('.whl') && sameVersion(file.version, version))) {
      return { installed: false, name, version: null, folder: null, smoke: null };
    }
    const parent = join(context.services.config.workDirectory, 'installed');
    await mkdir(parent, { recursive: true });
    const folder = await mkdtemp(join(parent, 'pypi-'));
    let keep = false;
    try {
      await pipInstall(folder, indexUrl, settings, context);
      const installed = await installedVersion(folder, name);
      const smoke = settings.smoke ? await importOnce(folder, settings, context) : null;
      keep = true;
      return { installed: true, name, version: installed, folder, smoke };
    } finally {
      if (!keep) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    }
  },
});

async function pipInstall(folder: string, indexUrl: string, { name, version }: Input, context: ActionContext) {
  const options = [
    '--target',
    folder,
    '--only-binary',
    ':all:',
    '--no-cache-dir',
    '--no-compile',
    '--index-url',
    indexUrl,
  ];
  const argv = ['python3', '-m', 'pip', '--isolated', 'install', '--quiet', ...options, `${name}==${version}`];
  const result = await context.services.process.run(argv, {
    cwd: folder,
    env: { PIP_CONFIG_FILE: devNull, PIP_NO_INPUT: '1', PIP_DISABLE_PIP_VERSION_CHECK: '1', PIP_NO_COLOR: '1' },
    signal: context.signal,
    timeoutMs: 120_000,
    onLine: (line) => context.log(line),
  });
  if (result.exitCode === 0) return;
  const said = result.stderr.split('\n').findLast((line) => line.startsWith('ERROR')) ?? result.stderr.trim();
  if (/No module named pip/.test(result.stderr)) {
    throw fail('not-found', 'pypi.no_pip', 'This Python has no pip. Install it (Debian: python3-pip).');
  }
  if (/connection|timed out|503|502/i.test(said)) {
    throw fail('unavailable', 'pypi.unavailable', `pip could not reach the package index at ${indexUrl}: ${said}`);
  }
  throw fail('invalid', 'pypi.not_installable', `pip could not install ${name} ${version}: ${said}`);
}

async function installedVersion(folder: string, name: string): Promise<string> {
  for (const entry of await readdir(folder)) {
    if (!entry.endsWith('.dist-info')) continue;
    const metadata = await readFile(join(folder, entry, 'METADATA'), 'utf8');
    const field = (key: string) => new RegExp(`^${key}: *(.+)$`, 'm').exec(metadata)?.[1]?.trim();
    if (normalisedName(field('Name') ?? '') === normalisedName(name)) return field('Version') ?? '';
  }
  throw fail('invalid', 'pypi.not_installed', `pip reported success, but ${name} is not among what it installed.`);
}

async function importOnce(folder: string, { name, module }: Input, context: ActionContext) {
  const wanted = module ?? name.toLowerCase().replace(/[-.]+/g, '_');
  const result = await context.services.sandbox.run({
    code: {
      language: 'python',
      text: [
        'import importlib, sys',
        `sys.path.insert(0, ${JSON.stringify(folder)})`,
        `found = importlib.import_module(${JSON.stringify(wanted)})`,
        'print(" ".join(name for name in dir(found) if not name.startswith("_")))',
      ].join('\n'),
    },
    readable: [folder],
    timeoutMs: 60_000,
    signal: context.signal,
    onLine: (line) => context.log(line),
  });
  const said = `${result.stdout}${result.stderr}`.trim().slice(-2000);
  return { ok: result.exitCode === 0, level: result.level, output: said };
}
