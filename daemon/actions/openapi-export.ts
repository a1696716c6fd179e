import { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import { parseDuration } from '../../shared/workflow/duration.ts';
import { operationsOf, parseDocument } from '../openapi/document.ts';
import { inside, writeWhole } from '../project/write-whole.ts';
import { freshFiles } from '../test-results/fresh-files.ts';
import { defineAction } from './action.ts';

const input = z.strictObject({
  directory: z.string(),
  command: z.array(z.string()).min(1).meta({ description: 'Prints the OpenAPI document, or writes "file" itself.' }),
  file: z.string().default('openapi.json').meta({ description: 'Where the document is kept, within the directory.' }),
  env: z.record(z.string(), z.string()).default({}),
  limit: z.string().default('2m'),
});
const output = z.object({
  file: z.string(),
  openapi: z.string().meta({ description: 'The version of the language, such as 3.1.0.' }),
  title: z.string(),
  version: z.string(),
  operations: z.array(z.object({ endpoint: z.string(), id: z.string(), summary: z.string() })),
  changed: z.boolean().meta({ description: 'Whether the file is another one than before.' }),
});

/** The document comes from the code, so that it says what the code does. */
export const openapiExport = defineAction<z.infer<typeof input>, z.infer<typeof output>>({
  name: 'openapi.export',
  summary: 'Runs the command that prints or writes the OpenAPI document of a project, and keeps the document.',
  effect: 'repeatable',
  input,
  output,
  touches: { paths: ['directory'] },

  async run({ directory, command, file, env, limit }, context) {
    const target = inside(directory, file);
    const fresh = await freshFiles(directory, [file]);
    const { exitCode, stdout, stderr } = await context.services.process.run(command, {
      cwd: directory,
      env,
      signal: context.signal,
      timeoutMs: parseDuration(limit),
      keepBytes: 16 * 2 ** 20,
    });
    const what = `"${command.join(' ')}"`;
    if (exitCode !== 0) {
      throw fail('invalid', 'openapi.export_failed', `${what} ended with exit code ${exitCode}: ${lastLine(stderr)}`, {
        data: { exit_code: exitCode, output: `${stdout}\n${stderr}`.trim().slice(-4000) },
      });
    }
    const written = await fresh(file);
    const text = written?.text ?? stdout.slice(Math.max(0, stdout.search(/^(?:\{|openapi:)/m)));
    const document = parseDocument(text, written ? file : `What ${what} printed`);
    const changed = written ? true : await writeWhole(context, target, text.endsWith('\n') ? text : `${text}\n`);
    const { title, version } = document.info as { title?: unknown; version?: unknown };
    return {
      file: target,
      openapi: String(document.openapi),
      title: String(title ?? ''),
      version: String(version ?? ''),
      operations: operationsOf(document).map(({ endpoint, id, summary }) => ({ endpoint, id, summary })),
      changed,
    };
  },
});

const lastLine = (text: string): string => text.trim().split('\n').at(-1) || 'it did not say why.';
