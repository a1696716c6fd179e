import { z } from 'zod';
import { ask } from '../http/ask.ts';
import { pypiAddresses, pypiRefusal, readPypiProject, sameVersion } from '../registries/pypi-index.ts';
import { defineAction } from './action.ts';

const repository = z.enum(['production', 'staging']).default('production');

const viewInput = z.strictObject({ name: z.string().min(1), version: z.string().min(1), repository });
const viewOutput = z.object({
  exists: z.boolean(),
  name: z.string(),
  version: z.string(),
  yanked: z.boolean(),
  files: z.array(z.object({ filename: z.string(), sha256: z.string().nullable() })),
});

export const pypiView = defineAction<z.infer<typeof viewInput>, z.infer<typeof viewOutput>>({
  name: 'pypi.view',
  summary: 'Looks up one version of a Python package in the package index.',
  effect: 'read',
  taints: true,
  input: viewInput,
  output: viewOutput,
  async run({ name, version, repository: choice }, context) {
    const { indexUrl } = pypiAddresses(context.services.config, choice);
    const all = (await readPypiProject(context, indexUrl, name)) ?? [];
    const files = all.filter((file) => sameVersion(file.version, version));
    return {
      exists: files.length > 0,
      name,
      version,
      yanked: files.length > 0 && files.every((file) => file.yanked),
      files: files.map(({ filename, sha256 }) => ({ filename, sha256 })),
    };
  },
});

const freeInput = z.strictObject({ name: z.string().min(1), version: z.string().min(1), repository });
const freeOutput = z.object({ free: z.boolean(), name: z.string(), version: z.string() });

export const pypiCheckFree = defineAction<z.infer<typeof freeInput>, z.infer<typeof freeOutput>>({
  name: 'pypi.check_free',
  summary: 'Finds out whether a version can still be published to the package index.',
  effect: 'read',
  input: freeInput,
  output: freeOutput,
  async run({ name, version, repository: choice }, context) {
    const { indexUrl } = pypiAddresses(context.services.config, choice);
    const files = (await readPypiProject(context, indexUrl, name)) ?? [];
    return { free: !files.some((file) => sameVersion(file.version, version)), name, version };
  },
});

const tokenInput = z.strictObject({ token: z.string().min(1), repository });
const tokenOutput = z.object({ valid: z.boolean(), index: z.string() });

/** The index has no question for this; but it looks at the token before it looks at the (here empty) upload. */
export const pypiCheckToken = defineAction<z.infer<typeof tokenInput>, z.infer<typeof tokenOutput>>({
  name: 'pypi.check_token',
  summary: 'Finds out whether the package index knows a token, by an upload without a file, which it refuses.',
  effect: 'read',
  input: tokenInput,
  output: tokenOutput,
  async run({ token, repository: choice }, context) {
    const { uploadUrl, indexUrl } = pypiAddresses(context.services.config, choice);
    const form = new FormData();
    form.set(':action', 'file_upload');
    form.set('protocol_version', '1');
    const answer = await ask(context, 'the package index', {
      method: 'POST',
      url: uploadUrl,
      headers: { authorization: `Basic ${Buffer.from(`__token__:${token}`).toString('base64')}` },
      body: form,
      redirect: 'manual',
    });
    if (answer.status === 401 || answer.status === 403) return { valid: false, index: indexUrl };
    if (answer.status === 400) return { valid: true, index: indexUrl };
    throw pypiRefusal(context, answer);
  },
});
