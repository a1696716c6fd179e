import { z } from 'zod';
import { githubClient, lookUp, parseRepository } from '../github/client.ts';
import { findPublishedRelease } from '../github/release.ts';
import { findTag } from '../github/tag.ts';
import { defineAction } from './action.ts';

const repository = z.string().meta({ description: 'owner/name, or an address of the repository.' });
const token = z.string().optional().meta({ description: 'For a repository that not everybody may see.' });
const tag = z.string().min(1);

const releaseInput = z.strictObject({ repository, tag, token });
const releaseOutput = z.object({
  exists: z.boolean().meta({ description: 'Whether it is published; drafts do not count.' }),
  tag: z.string(),
  name: z.string().nullable(),
  notes: z.string().nullable(),
  url: z.string().nullable(),
  assets: z.array(z.object({ name: z.string(), size: z.number(), url: z.string() })),
});

export const githubFindRelease = defineAction<z.infer<typeof releaseInput>, z.infer<typeof releaseOutput>>({
  name: 'github.find_release',
  summary: 'Looks up the GitHub release of a tag.',
  effect: 'read',
  input: releaseInput,
  output: releaseOutput,
  async run(input, context) {
    const client = githubClient(context, input.token);
    const found = await findPublishedRelease(context, client, parseRepository(input.repository), input.tag);
    return {
      exists: found !== undefined,
      tag: input.tag,
      name: found?.name ?? null,
      notes: found?.body ?? null,
      url: found?.html_url ?? null,
      assets: (found?.assets ?? []).map(({ name, size, browser_download_url: url }) => ({ name, size, url })),
    };
  },
});

const tagInput = z.strictObject({ repository, tag, token });
const tagOutput = z.object({
  exists: z.boolean(),
  tag: z.string(),
  sha: z.string().nullable().meta({ description: 'The commit it points to.' }),
  annotated: z.boolean(),
  message: z.string().nullable(),
});

export const githubFindTag = defineAction<z.infer<typeof tagInput>, z.infer<typeof tagOutput>>({
  name: 'github.find_tag',
  summary: 'Looks up a tag on GitHub.',
  effect: 'read',
  input: tagInput,
  output: tagOutput,
  async run(input, context) {
    const client = githubClient(context, input.token);
    const found = await findTag(context, client, parseRepository(input.repository), input.tag);
    return {
      exists: found !== undefined,
      tag: input.tag,
      sha: found?.sha ?? null,
      annotated: found?.annotated ?? false,
      message: found?.message ?? null,
    };
  },
});

const accessInput = z.strictObject({ repository, token: z.string().min(1) });
const accessOutput = z.object({ valid: z.boolean(), sees: z.boolean(), may_push: z.boolean(), repository: z.string() });

export const githubCheckAccess = defineAction<z.infer<typeof accessInput>, z.infer<typeof accessOutput>>({
  name: 'github.check_access',
  summary: 'Finds out whether a token is good for GitHub, and whether it may write to a repository.',
  effect: 'read',
  input: accessInput,
  output: accessOutput,
  async run(input, context) {
    const client = githubClient(context, input.token);
    const { owner, repo } = parseRepository(input.repository);
    const name = `${owner}/${repo}`;
    try {
      const found = await lookUp(context, () => client.rest.repos.get({ owner, repo }));
      return { valid: true, sees: found !== undefined, may_push: found?.permissions?.push ?? false, repository: name };
    } catch (error) {
      if ((error as { code?: string }).code !== 'github.denied') throw error;
      return { valid: false, sees: false, may_push: false, repository: name };
    }
  },
});
