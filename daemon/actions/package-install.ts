import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import { parseDuration } from '../../shared/workflow/duration.ts';
import { artifactKind } from '../packaging/artifact.ts';
import { python, pythonComplaint } from '../packaging/python.ts';
import { npmComplaint, npmFailure, runNpm } from '../registries/npm-command.ts';
import { npmRegistry, readNpmTarball } from '../registries/npm-registry.ts';
import { pypiAddresses } from '../registries/pypi-index.ts';
import { readPythonArtifact } from '../registries/python-artifact.ts';
import { lastWords } from '../sandbox/last-words.ts';
import { defineAction, type ActionContext, type SandboxRequest } from './action.ts';

const input = z.strictObject({
  artifact: z.string().meta({ description: 'The built package: a tarball of npm, or a wheel.' }),
  import: z
    .string()
    .regex(/^[@\w./-]+$/, 'is no name that can be imported')
    .optional()
    .meta({ description: 'What is imported; by default the package, of a wheel its top module.' }),
  dependencies: z.boolean().default(true).meta({ description: 'Also install what it needs, from the registry.' }),
  limit: z.string().default('60s').meta({ description: 'For the import.' }),
});
type Input = z.infer<typeof input>;
const output = z.object({
  ok: z.boolean().meta({ description: 'It was installed and imported.' }),
  package: z.string(),
  version: z.string(),
  installed: z.boolean(),
  level: z.string().meta({ description: 'How the import was isolated; empty when it did not come to that.' }),
  output: z.string().meta({ description: 'What the installation or the import has said.' }),
  error: z.string().default('').meta({ description: 'In one line, why it is not ok; else empty.' }),
});

/** What was installed, or what the installer has against it. */
type Installed = { imports: Partial<SandboxRequest> } | { refused: string };

/** Installs the very file that will be published, runs none of its scripts, and imports it without network. */
export const packageTryInstall = defineAction<Input, z.infer<typeof output>>({
  name: 'package.try_install',
  summary: 'Installs the built package into a clean folder and imports it in the sandbox.',
  effect: 'repeatable',
  sandboxed: true,
  input,
  output,
  touches: { paths: ['artifact'], programs: ['npm', 'python3'] },

  async run(settings, context) {
    const kind = artifactKind(settings.artifact);
    if (kind !== 'npm' && kind !== 'wheel') {
      const what =
        kind === 'sdist'
          ? 'A source distribution runs its own code to install; give the wheel'
          : 'Give a .tgz or a .whl';
      throw fail('invalid', 'package.not_installable', `${settings.artifact} cannot be tried out. ${what}.`);
    }
    const { name, version } = await (kind === 'npm'
      ? readNpmTarball(settings.artifact)
      : readPythonArtifact(settings.artifact));
    const parent = path.join(context.services.config.workDirectory, 'tried');
    await mkdir(parent, { recursive: true });
    const folder = await mkdtemp(path.join(parent, `${kind}-`));
    try {
      const result = await (kind === 'npm' ? installNpm : installWheel)(folder, name, settings, context);
      const told = { package: name, version };
      if ('refused' in result)
        return { ...told, ok: false, installed: false, level: '', output: result.refused, error: result.refused };
      const tried = await context.services.sandbox.run({
        ...result.imports,
        readable: [folder],
        timeoutMs: parseDuration(settings.limit),
        signal: context.signal,
        onLine: (line) => context.log(line),
      });
      const ok = tried.exitCode === 0;
      const said = `${tried.stdout}${tried.stderr}`.trim().slice(-4000);
      return { ...told, ok, installed: true, level: tried.level, output: said, error: ok ? '' : lastWords(tried) };
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    }
  },
});

async function installNpm(folder: string, name: string, settings: Input, context: ActionContext): Promise<Installed> {
  const registry = npmRegistry(context.services.config, 'production');
  await writeFile(path.join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  const omit = settings.dependencies ? [] : ['--omit=optional', '--omit=peer'];
  const result = await runNpm(context, ['install', path.resolve(settings.artifact), '--prefer-offline', ...omit], {
    registry,
    cwd: folder,
  });
  if (result.exitCode !== 0) {
    const { code, summary } = npmComplaint(result);
    // Whether it could be installed is not known while the registry does not answer.
    if (code !== undefined && /^E(CONN|NOTFOUND|AI_AGAIN|TIMEDOUT|SOCKET|5\d\d)/.test(code))
      throw npmFailure(context, registry, result);
    return { refused: summary };
  }
  const script = path.join(folder, 'smoke.js');
  const wanted = JSON.stringify(settings.import ?? name);
  await writeFile(
    script,
    `const it = await import(${wanted});\nconsole.log('imported ' + ${wanted} + ': ' + Object.keys(it).join(' '));\n`,
  );
  return { imports: { argv: ['node', script] } };
}

async function installWheel(folder: string, name: string, settings: Input, context: ActionContext): Promise<Installed> {
  const { indexUrl } = pypiAddresses(context.services.config, 'production');
  const from = settings.dependencies
    ? ['--only-binary', ':all:', '--index-url', indexUrl]
    : ['--no-deps', '--no-index'];
  const args = ['-m', 'pip', '--isolated', 'install', '--quiet', '--target', folder, '--no-compile', ...from];
  const result = await python(context, [...args, path.resolve(settings.artifact)], { cwd: folder });
  if (result.exitCode !== 0) {
    const said = pythonComplaint(result);
    if (/No module named pip/.test(result.stderr))
      throw fail('not-found', 'package.no_pip', 'This Python has no pip. Install it (Debian: python3-pip).');
    if (/connection|timed out|50[0-9] /i.test(result.stderr))
      throw fail('unavailable', 'pypi.unavailable', `pip could not reach ${indexUrl}: ${said}`);
    return { refused: said };
  }
  const wanted = JSON.stringify(settings.import ?? (await topModule(folder, name)));
  const text = `import importlib\nit = importlib.import_module(${wanted})\nprint("imported", ${wanted} + ":", *[name for name in dir(it) if not name.startswith("_")])\n`;
  return { imports: { code: { language: 'python', text }, env: { PYTHONPATH: folder } } };
}

/** What a wheel brings: the module that carries its name, or the first one it lists. */
async function topModule(folder: string, name: string): Promise<string> {
  const own = name.toLowerCase().replaceAll(/[-.]+/g, '_');
  const entries = await readdir(folder, { withFileTypes: true });
  const normalized = (info: string) =>
    info
      .split('-')[0]
      ?.toLowerCase()
      .replaceAll(/[-_.]+/g, '_');
  const info = entries.find((entry) => entry.name.endsWith('.dist-info') && normalized(entry.name) === own);
  const record = info ? await readFile(path.join(folder, info.name, 'RECORD'), 'utf8') : '';
  const modules = record
    .split('\n')
    .map((line) => /^([A-Za-z_]\w*)(?:\/__init__\.py|\.py),/.exec(line)?.[1])
    .filter((module) => module !== undefined);
  return modules.find((module) => module.toLowerCase() === own) ?? modules[0] ?? own;
}
