import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import { githubClient, parseRepository, talk, type GithubClient, type RepositoryName } from '../github/client.ts';
import { isMarked, markedBody } from '../github/marker.ts';
import { findDraftRelease, findLatestRelease, findPublishedRelease, type GithubRelease } from '../github/release.ts';
import { isOlderTag, isPrereleaseTag } from '../github/tag-version.ts';
import { findTag } from '../github/tag.ts';
import { readArtifact } from '../registries/artifact-file.ts';
import { defineAction, type ActionContext, type Verdict } from './action.ts';

const input = z.strictObject({
  repository: z.string().meta({ description: 'owner/name, or an address of the repository.' }),
  token: z.string().min(1).meta({ description: 'A token that may write releases.' }),
  tag: z.string().min(1).meta({ description: 'A tag that was pushed already.' }),
  name: z.string().optional().meta({ description: 'The title; the tag when left out.' }),
  notes: z.string().default(''),
  assets: z.array(z.string()).default([]).meta({ description: 'Files that are attached.' }),
  prerelease: z
    .boolean()
    .optional()
    .meta({ description: 'By default what the version in the tag is: v2.0.0-rc.1 is one.' }),
});
type Input = z.infer<typeof input>;

const output = z.object({
  id: z.number(),
  tag: z.string(),
  url: z.string(),
  assets: z.array(z.object({ name: z.string(), size: z.number(), sha256: z.string(), url: z.string() })),
  already: z.boolean().meta({ description: 'It was there, complete, before this try.' }),
});
type Output = z.infer<typeof output>;

interface Asset {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
  sha256: string;
}

/**
 * A release becomes visible in one moment, with everything it has: it is drafted, its assets are attached, then it is
 * published. An interrupted try is found by its draft and continued; a published release only gets what it lacks.
 */
export const githubCreateRelease = defineAction<Input, Output>({
  name: 'github.create_release',
  summary: 'Publishes a GitHub release for a pushed tag, with notes and attached files.',
  effect: 'write',
  input,
  output,
  touches: { paths: ['assets'] },
  settleMs: 15_000,

  async run(settings, context) {
    const repository = parseRepository(settings.repository);
    const client = githubClient(context, settings.token);
    const assets = await readAssets(settings.assets);
    await requireTag(context, client, repository, settings.tag);
    const published = await findPublishedRelease(context, client, repository, settings.tag);
    if (published && missingAssets(published, assets).length === 0) return outcome(published, assets, true);
    const release = published ?? (await draftRelease(settings, repository, client, context));
    for (const asset of missingAssets(release, assets)) {
      context.log(`Attaching ${asset.name}`);
      await attach(context, client, repository, release, asset);
    }
    const which = { ...repository, release_id: release.id };
    // GitHub takes whatever is published last for the latest: a mend of an older version would show up first.
    const latest = await findLatestRelease(context, client, repository);
    const asLatest = latest && isOlderTag(settings.tag, latest.tag_name) ? { make_latest: 'false' as const } : {};
    const { data } = await talk(context, () =>
      published
        ? client.rest.repos.getRelease(which)
        : client.rest.repos.updateRelease({ ...which, draft: false, ...asLatest }),
    );
    return outcome(data, assets, false);
  },

  async verify(settings, context): Promise<Verdict<Output>> {
    try {
      const client = githubClient(context, settings.token);
      const release = await findPublishedRelease(context, client, parseRepository(settings.repository), settings.tag);
      const assets = await readAssets(settings.assets);
      // A file that differs is refused when it is tried again.
      const incomplete = assets.some((asset) => standing(release, asset) !== 'same');
      if (!release || incomplete) return { is: 'not-done' };
      return { is: 'done', result: outcome(release, assets, true) };
    } catch (error) {
      return { is: 'unsure', why: error instanceof Error ? error.message : String(error) };
    }
  },
});

async function readAssets(paths: readonly string[]): Promise<Asset[]> {
  return Promise.all(
    paths.map(async (path) => {
      const bytes = await readArtifact(path);
      return { name: assetName(path), bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
    }),
  );
}

/** GitHub turns what is not a letter, digit, or one of `._-+` into a dot: named so from the start, it is found again. */
function assetName(path: string): string {
  return basename(path).replace(/[^\w.+-]+/g, '.');
}

/** Without its tag GitHub would make one by itself, on whatever the default branch holds. */
async function requireTag(context: ActionContext, client: GithubClient, repository: RepositoryName, tag: string) {
  if (await findTag(context, client, repository, tag)) return;
  const name = `${repository.owner}/${repository.repo}`;
  throw fail('not-found', 'github.tag_missing', `${name} has no tag ${tag}. Push the tag, then release it.`);
}

async function draftRelease(
  settings: Input,
  repository: RepositoryName,
  client: GithubClient,
  context: ActionContext,
): Promise<GithubRelease> {
  const draft = await findDraftRelease(context, client, repository, settings.tag);
  if (draft && isMarked(draft.body, context)) return draft;
  if (draft) {
    throw fail(
      'conflict',
      'github.draft_exists',
      `Somebody has drafted a release for ${settings.tag}: ${draft.html_url}. Publish or delete it, then try again.`,
    );
  }
  const { data } = await talk(context, () =>
    client.rest.repos.createRelease({
      ...repository,
      tag_name: settings.tag,
      name: settings.name ?? settings.tag,
      body: markedBody(settings.notes, context),
      prerelease: settings.prerelease ?? isPrereleaseTag(settings.tag),
      draft: true,
    }),
  );
  return data;
}

/** Throws `github.asset_differs` when one of that name is there with another content. */
function missingAssets(release: GithubRelease, assets: readonly Asset[]): Asset[] {
  const differing = assets.find((asset) => standing(release, asset) === 'other');
  if (differing) {
    throw fail(
      'conflict',
      'github.asset_differs',
      `The release ${release.tag_name} has another ${differing.name} than the one that was built. Delete it there if it is wrong.`,
    );
  }
  return assets.filter((asset) => standing(release, asset) === 'absent');
}

function standing(release: GithubRelease | undefined, asset: Asset): 'absent' | 'same' | 'other' {
  const there = release?.assets.find(({ name }) => name === asset.name);
  // `starter`: its upload began and was cut off.
  if (there?.state !== 'uploaded') return 'absent';
  const same = there.digest ? there.digest === `sha256:${asset.sha256}` : there.size === asset.bytes.length;
  return same ? 'same' : 'other';
}

async function attach(
  context: ActionContext,
  client: GithubClient,
  repository: RepositoryName,
  release: GithubRelease,
  asset: Asset,
): Promise<void> {
  const cutOff = release.assets.find(({ name }) => name === asset.name);
  if (cutOff) await talk(context, () => client.rest.repos.deleteReleaseAsset({ ...repository, asset_id: cutOff.id }));
  await talk(context, () =>
    client.request({
      method: 'POST',
      url: `${release.upload_url.replace(/\{.*$/, '')}?name=${encodeURIComponent(asset.name)}`,
      headers: { 'content-type': 'application/octet-stream' },
      data: asset.bytes,
    }),
  );
}

function outcome(release: GithubRelease, assets: readonly Asset[], already: boolean): Output {
  return {
    id: release.id,
    tag: release.tag_name,
    url: release.html_url,
    assets: assets.map(({ name, bytes, sha256 }) => {
      const there = release.assets.find((one) => one.name === name);
      return { name, size: bytes.length, sha256, url: there?.browser_download_url ?? '' };
    }),
    already,
  };
}
