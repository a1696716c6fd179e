import { z } from 'zod';

/** Settings that many actions of GitHub have, in the same words everywhere. */
export const repository = z.string().meta({ description: 'owner/name, or an address of the repository.' });
export const readToken = z.string().optional().meta({ description: 'For a repository that not everybody may see.' });
export const pullNumber = z.number().int().positive().meta({ description: 'The number of the pull request.' });

/** A token with a permission, in GitHub's words. */
export const writeToken = (permission: string) =>
  z
    .string()
    .min(1)
    .meta({ description: `A token with ${permission}.` });
