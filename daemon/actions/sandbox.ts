import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import { parseDuration } from '../../shared/workflow/duration.ts';
import { lastWords } from '../sandbox/last-words.ts';
import { defineAction, type ActionContext, type SandboxRequest } from './action.ts';

const input = z.strictObject({
  code: z.string().optional().meta({ description: 'What to run; or give it as the step’s fence, or name a file.' }),
  code_file: z.string().optional().meta({ description: 'A file with the code.' }),
  language: z
    .enum(['python', 'node'])
    .optional()
    .meta({ description: 'Of the code; a fence and a file say it themselves.' }),
  argv: z.array(z.string()).min(1).optional().meta({ description: 'A program and its arguments instead of code.' }),
  files: z.record(z.string(), z.string()).default({}).meta({ description: 'Name within the sandbox → content.' }),
  packages: z
    .array(z.string())
    .default([])
    .meta({ description: 'Folders of packages that the code can import by name.' }),
  readable: z.array(z.string()).default([]).meta({ description: 'Folders that the code may read.' }),
  network: z.array(z.string()).default([]).meta({ description: 'Hosts that it may reach; none by default.' }),
  env: z.record(z.string(), z.string()).default({}),
  keep: z
    .array(z.string())
    .default([])
    .meta({ description: 'Names of text files that the code writes, to be brought back.' }),
  limit: z.string().default('30s').meta({ description: 'Ends it after this time.' }),
  memory_mb: z.int().min(16).max(65_536).default(512),
});
type Input = z.infer<typeof input>;
const output = z.object({
  ok: z.boolean().meta({ description: 'The exit code is 0.' }),
  exit_code: z.int(),
  stdout: z.string().meta({ description: 'The end of it, 64 KiB at most.' }),
  stderr: z.string(),
  error: z.string().default('').meta({ description: 'The last that it said, where it did not end well; else empty.' }),
  level: z.string().meta({ description: 'How it was isolated: e2b, bubblewrap, seatbelt or unisolated.' }),
  duration_ms: z.int(),
  files: z
    .record(z.string(), z.string())
    .optional()
    .meta({ description: 'What was kept, by name: text, up to 64 KiB of each.' }),
});

const LANGUAGES: Record<string, 'python' | 'node'> = {
  python: 'python',
  python3: 'python',
  py: 'python',
  javascript: 'node',
  js: 'node',
  mjs: 'node',
  cjs: 'node',
  node: 'node',
};
const SHOWN = 64 * 1024;

/** Runs code that nobody has read, apart from everything. How it ends is a result; without a sandbox it does not begin. */
export const sandboxRun = defineAction<Input, z.infer<typeof output>>({
  name: 'sandbox.run',
  summary: 'Runs Python or JavaScript in the sandbox: without network, without your files.',
  effect: 'repeatable',
  taints: true,
  sandboxed: true,
  input,
  output,
  takesSource: true,
  touches: { paths: ['code_file', 'packages', 'readable'], hosts: ['network'] },

  async run(settings, context) {
    const request = await what(settings, context);
    const result = await context.services.sandbox.run({
      ...request,
      files: settings.files,
      packages: settings.packages,
      readable: settings.readable,
      network: settings.network,
      env: settings.env,
      ...(settings.keep.length > 0 ? { keep: settings.keep } : {}),
      timeoutMs: parseDuration(settings.limit),
      memoryMb: settings.memory_mb,
      signal: context.signal,
      onLine: (line) => context.log(line),
    });
    return {
      ok: result.exitCode === 0,
      exit_code: result.exitCode,
      stdout: result.stdout.slice(-SHOWN),
      stderr: result.stderr.slice(-SHOWN),
      error: result.exitCode === 0 ? '' : lastWords(result),
      level: result.level,
      duration_ms: Math.round(result.durationMs),
      ...(result.files ? { files: textsOf(result.files) } : {}),
    };
  },
});

async function what(settings: Input, context: ActionContext): Promise<Pick<SandboxRequest, 'code' | 'argv'>> {
  const { code, code_file: file, argv } = settings;
  const given = [context.source, code, file, argv].filter((one) => one !== undefined);
  if (given.length !== 1) {
    const how = given.length === 0 ? 'nothing to run' : 'more than one thing to run';
    throw fail(
      'invalid',
      'sandbox.what',
      `The step has ${how}. Give one of: a fence in python or js, "code", "code_file", "argv".`,
    );
  }
  if (argv) return { argv };
  const said =
    settings.language ?? context.source?.language ?? (file === undefined ? undefined : path.extname(file).slice(1));
  const language = LANGUAGES[said?.toLowerCase() ?? ''];
  if (language === undefined) {
    throw fail(
      'invalid',
      'sandbox.language',
      `"${said ?? ''}" is no language that the sandbox runs. Set "language" to python or node.`,
    );
  }
  return { code: { language, text: context.source?.text ?? code ?? (await readCode(file ?? '')) } };
}

async function readCode(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw fail('not-found', 'sandbox.no_file', `The code in ${file} cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function textsOf(files: Readonly<Record<string, Uint8Array>>): Record<string, string> {
  const decoder = new TextDecoder();
  return Object.fromEntries(
    Object.entries(files).map(([name, bytes]) => [name, decoder.decode(bytes.subarray(0, SHOWN))]),
  );
}
