import { lstat, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { git } from '../git/command.ts';
import { defineAction } from './action.ts';

const input = z.strictObject({
  directory: z.string().meta({ description: 'The project, a git checkout.' }),
  folders: z.array(z.string()).default([]).meta({ description: 'Files and folders of it; everything when left out.' }),
  chars: z.int().min(1).max(2_000_000).default(200_000).meta({ description: 'Of all texts together, at most.' }),
});
const output = z.object({
  files: z.array(z.object({ path: z.string(), text: z.string() })),
  left_out: z.array(z.string()).meta({ description: 'No texts, links, restricted, or more than fits.' }),
});

/** What git knows or would take: ignored files (secrets, builds, packages) are not read. */
export const filesRead = defineAction<z.infer<typeof input>, z.infer<typeof output>>({
  name: 'files.read',
  summary: 'Reads the text files of a git checkout, except what git ignores.',
  effect: 'read',
  input,
  output,
  touches: { paths: ['directory'], programs: ['git'] },

  async run({ directory, folders, chars }, context) {
    const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...folders];
    const { stdout } = await git(context, directory, args, { keepBytes: 16 * 2 ** 20 });
    const files: { path: string; text: string }[] = [];
    const leftOut: string[] = [];
    let left = chars;
    for (const name of new Set(stdout.split('\0').filter(Boolean))) {
      const file = path.join(directory, name);
      const text = context.isRestricted?.(file) ? undefined : await textOf(file);
      if (text === undefined || text.length > left) leftOut.push(name);
      else {
        files.push({ path: name, text });
        left -= text.length;
      }
    }
    return { files, left_out: leftOut };
  },
});

/** Undefined for what is no text, is gone, or leads elsewhere. */
async function textOf(file: string): Promise<string | undefined> {
  const found = await lstat(file).catch(() => undefined);
  if (!found?.isFile() || found.size > 2 ** 20) return undefined;
  const bytes = await readFile(file);
  return bytes.includes(0) ? undefined : bytes.toString('utf8');
}
