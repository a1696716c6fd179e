import { z } from 'zod';
import { commitOf, gitText } from '../git/command.ts';
import { remoteRefs } from '../git/remote.ts';
import { defineAction } from './action.ts';

const input = z.strictObject({
  directory: z.string(),
  name: z.string().regex(/^(?!-)[^\s~^:?*[\\]+$/, 'is no name of a tag'),
  remote: z.string().default('origin'),
  token: z.string().optional(),
  user: z.string().optional(),
});
const output = z.object({
  name: z.string(),
  tags: z
    .array(z.object({ where: z.enum(['here', 'remote']), commit: z.string() }))
    .meta({ description: 'Where the tag stands, and at which commit; empty while the name is free.' }),
});

/** Whether a tag's name is free, in the checkout and at the remote: one that stands is never moved. */
export const gitFindTag = defineAction<z.infer<typeof input>, z.infer<typeof output>>({
  name: 'git.find_tag',
  summary: 'Looks for a tag in the checkout and at the remote, and says at which commit it stands.',
  effect: 'read',
  input,
  output,
  touches: { paths: ['directory'], hosts: ['remote'], programs: ['git'] },
  async run({ directory, name, remote, token, user }, context) {
    // Says what is wrong with a folder that is no repository: there a missing tag would look free.
    await gitText(context, directory, ['rev-parse', '--git-dir']);
    const ref = `refs/tags/${name}`;
    const here = await commitOf(context, directory, ref);
    // Git answers for the commit of an annotated tag only where it is asked for.
    const found = await remoteRefs(context, directory, remote, { token, user }, [ref, `${ref}^{}`]);
    const there = found.get(`${ref}^{}`) ?? found.get(ref);
    return {
      name,
      tags: [
        ...(here === undefined ? [] : [{ where: 'here' as const, commit: here }]),
        ...(there === undefined ? [] : [{ where: 'remote' as const, commit: there }]),
      ],
    };
  },
});
