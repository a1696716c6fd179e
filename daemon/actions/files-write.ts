import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import { inside, writeWhole } from '../project/write-whole.ts';
import { defineAction } from './action.ts';

const input = z.strictObject({
  directory: z.string().meta({ description: 'The project, a git checkout.' }),
  files: z
    .array(z.strictObject({ path: z.string().min(1), text: z.string() }))
    .max(500)
    .meta({ description: 'Each with its path within the project, and all of its text.' }),
});
const output = z.object({
  written: z.array(z.string()),
  unchanged: z.array(z.string()),
});

/** For code that an agent wrote: it comes to the checkout here and nowhere else. All paths are looked at before any is written. */
export const filesWrite = defineAction<z.infer<typeof input>, z.infer<typeof output>>({
  name: 'files.write',
  summary: 'Writes text files into a git checkout, never outside of it nor into what belongs to git.',
  effect: 'repeatable',
  input,
  output,
  touches: { paths: ['directory'] },

  async run({ directory, files }, context) {
    const top = await realpath(directory);
    const targets: { name: string; file: string; text: string }[] = [];
    for (const { path: name, text } of files) {
      const file = await placeOf(top, name);
      // Also what came into being since the step was permitted.
      if (context.isRestricted?.(file)) {
        throw fail('denied', 'persona.refused', `${name} is among the persona's restricted paths. Name another file.`);
      }
      targets.push({ name, text, file });
    }
    const written: string[] = [];
    const unchanged: string[] = [];
    for (const { name, file, text } of targets)
      ((await writeWhole(context, file, text)) ? written : unchanged).push(name);
    return { written, unchanged };
  },
});

/** Throws `project.outside` for a path that leads out of the folder, also by a link, and for one of git's own. */
async function placeOf(top: string, name: string): Promise<string> {
  const file = inside(top, name);
  if (
    path
      .relative(top, file)
      .split(path.sep)
      .some((part) => part.toLowerCase() === '.git')
  ) {
    throw fail(
      'denied',
      'project.outside',
      `${name} belongs to git, which a program of it would run. Name another file.`,
    );
  }
  const real = await realOf(file);
  if (real !== file) {
    throw fail('denied', 'project.outside', `${name} is or stands behind a link to ${real}. Name the file itself.`);
  }
  return file;
}

/** Where a path really is, also one whose end is not there yet. */
async function realOf(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch {
    const above = path.dirname(file);
    return above === file ? file : path.join(await realOf(above), path.basename(file));
  }
}
