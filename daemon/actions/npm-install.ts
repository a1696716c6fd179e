import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import { npmComplaint, npmFailure, runNpm } from '../registries/npm-command.ts';
import { npmRegistry } from '../registries/npm-registry.ts';
import { defineAction, type ActionContext } from './action.ts';

const input = z.strictObject({
  name: z.string().regex(/^(@[\w.-]+\/)?[\w.-]+$/, 'is no name of an npm package'),
  version: z.string().regex(/^[\w.+-]+$/, 'must be one exact version'),
  repository: z.enum(['production', 'staging']).default('production'),
  token: z.string().optional().meta({ description: 'For a package that not everybody may see.' }),
  smoke: z.boolean().default(true).meta({ description: 'Import it once, in the sandbox and without network.' }),
});
type Input = z.infer<typeof input>;

const output = z.object({
  installed: z.boolean().meta({ description: 'False while the registry does not offer this version (yet).' }),
  name: z.string(),
  version: z.string().nullable().meta({ description: 'What is in the folder.' }),
  integrity: z.string().nullable(),
  folder: z.string().nullable(),
  smoke: z.object({ ok: z.boolean(), level: z.string(), output: z.string() }).nullable(),
});

/** Installs from the registry as a user would, into a folder of its own, without running any of its scripts. */
export const npmInstallTarget = defineAction<Input, z.infer<typeof output>>({
  name: 'npm.install_target',
  summary: 'Installs one exact version from the npm registry into a clean folder and imports it in the sandbox.',
  effect: 'repeatable',
  sandboxed: true,
  input,
  output,
  touches: { programs: ['npm'] },

  async run(settings, context) {
    const { name, version, repository, token } = settings;
    const registry = npmRegistry(context.services.config, repository);
    const parent = join(context.services.config.workDirectory, 'installed');
    await mkdir(parent, { recursive: true });
    const folder = await mkdtemp(join(parent, 'npm-'));
    let keep = false;
    try {
      await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
      const argv = ['install', `${name}@${version}`, '--save-exact', '--prefer-online'];
      const result = await runNpm(context, argv, { registry, token, cwd: folder });
      if (result.exitCode !== 0) {
        const { code } = npmComplaint(result);
        if (code === 'E404' || code === 'ETARGET') {
          return { installed: false, name, version: null, integrity: null, folder: null, smoke: null };
        }
        throw npmFailure(context, registry, result);
      }
      const installed = await installedPackage(folder, name);
      const smoke = settings.smoke ? await importOnce(folder, name, context) : null;
      keep = true;
      return { installed: true, name, ...installed, folder, smoke };
    } finally {
      if (!keep) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    }
  },
});

async function installedPackage(folder: string, name: string): Promise<{ version: string; integrity: string | null }> {
  const lock = z.object({
    packages: z.record(z.string(), z.object({ version: z.string().optional(), integrity: z.string().optional() })),
  });
  const { packages } = lock.parse(JSON.parse(await readFile(join(folder, 'package-lock.json'), 'utf8')));
  const entry = packages[`node_modules/${name}`];
  if (!entry?.version) {
    throw fail('invalid', 'npm.not_installed', `npm reported success, but ${name} is not among what it installed.`);
  }
  return { version: entry.version, integrity: entry.integrity ?? null };
}

async function importOnce(
  folder: string,
  name: string,
  context: ActionContext,
): Promise<{ ok: boolean; level: string; output: string }> {
  const script = join(folder, 'smoke.mjs');
  await writeFile(script, `import * as it from ${JSON.stringify(name)};\nconsole.log(Object.keys(it).join(' '));\n`);
  const result = await context.services.sandbox.run({
    code: {
      language: 'node',
      text: `import(${JSON.stringify(pathToFileURL(script).href)}).catch((error) => { console.error(error); process.exitCode = 1; });`,
    },
    readable: [folder],
    timeoutMs: 60_000,
    signal: context.signal,
    onLine: (line) => context.log(line),
  });
  const said = `${result.stdout}${result.stderr}`.trim().slice(-2000);
  return { ok: result.exitCode === 0, level: result.level, output: said };
}
