import { createHash } from 'node:crypto';
import type { BareRepository } from './bare-repository.ts';
import { invalid, jsonOf, notFound, type ApiRoute, type Emulated } from './github-route.ts';

interface Release {
  id: number;
  tag_name: string;
  target_commitish: string;
  draft: boolean;
  prerelease: boolean;
  assets?: { id: number; name: string; digest?: string; browser_download_url?: string }[];
}

/**
 * Releases as the emulator keeps them, and what it leaves out: drafts have no address by tag, the bytes of assets with
 * their digests, each name once, the tag that GitHub makes by itself when a release is published for one that does not exist,
 * and releases that are not to be the latest.
 */
export function releaseRoutes(
  publicUrl: string,
  repository: BareRepository | undefined,
  emulated: Emulated,
): ApiRoute[] {
  const neverLatest = new Set<number>();
  const contents = new Map<number, Uint8Array<ArrayBuffer>>();

  const complete = (owner: string, repo: string, release: Release): Release => {
    for (const asset of release.assets ?? []) {
      const bytes = contents.get(asset.id);
      if (bytes) asset.digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
      asset.browser_download_url = `${publicUrl}/${owner}/${repo}/releases/download/${release.tag_name}/${asset.name}`;
    }
    return release;
  };
  const tagIfMissing = async (release: Release): Promise<void> => {
    if (release.draft || !repository || (await repository.resolve(`refs/tags/${release.tag_name}`))) return;
    await repository.createTag(release.tag_name, release.target_commitish);
  };
  const releasesOf = async (owner: string, repo: string, headers: Readonly<Record<string, string>>) => {
    const answer = await emulated({ method: 'GET', path: `/repos/${owner}/${repo}/releases?per_page=100`, headers });
    const releases = answer.status === 200 ? (jsonOf(answer) as unknown as Release[]) : [];
    return releases.map((release) => complete(owner, repo, release));
  };

  const passedOn = (method: string, pattern: RegExp, publishes: boolean): ApiRoute => ({
    method,
    pattern,
    async answer([owner, repo], request) {
      const answer = await emulated(request);
      if (answer.status >= 300) return { status: answer.status, body: jsonOf(answer) };
      const body = jsonOf(answer) as unknown as Release | Release[];
      const releases = Array.isArray(body) ? body : [body];
      for (const release of releases) {
        complete(owner!, repo!, release);
        if (publishes) await tagIfMissing(release);
        if (publishes && /"make_latest":\s*"false"/.test(Buffer.from(request.body).toString()))
          neverLatest.add(release.id);
      }
      const link = answer.headers['link'];
      return { status: answer.status, body, ...(link ? { headers: { link } } : {}) };
    },
  });

  return [
    passedOn('GET', /^\/repos\/([^/]+)\/([^/]+)\/releases(?:\/\d+)?$/, false),
    {
      method: 'GET',
      pattern: /^\/repos\/([^/]+)\/([^/]+)\/releases\/latest$/,
      async answer([owner, repo], request) {
        const latest = (await releasesOf(owner!, repo!, request.headers))
          .filter(({ id, draft, prerelease }) => !draft && !prerelease && !neverLatest.has(id))
          .toSorted((one, other) => other.id - one.id)[0];
        return latest ? { status: 200, body: latest } : notFound();
      },
    },
    {
      method: 'GET',
      pattern: /^\/repos\/([^/]+)\/([^/]+)\/releases\/tags\/(.+)$/,
      async answer([owner, repo, tag], request) {
        const all = await releasesOf(owner!, repo!, request.headers);
        const published = all.find((release) => release.tag_name === tag && !release.draft);
        return published ? { status: 200, body: published } : notFound();
      },
    },
    passedOn('POST', /^\/repos\/([^/]+)\/([^/]+)\/releases$/, true),
    passedOn('PATCH', /^\/repos\/([^/]+)\/([^/]+)\/releases\/\d+$/, true),
    {
      method: 'POST',
      pattern: /^\/repos\/([^/]+)\/([^/]+)\/releases\/(\d+)\/assets$/,
      async answer([owner, repo, id], request) {
        const listed = await emulated({ ...request, method: 'GET', path: `/repos/${owner}/${repo}/releases/${id}` });
        if (listed.status !== 200) return notFound();
        const release = jsonOf(listed) as unknown as Release;
        const name = request.query.get('name');
        if (release.assets?.some((asset) => asset.name === name))
          return invalid('ReleaseAsset', 'already_exists', 'name');
        const answer = await emulated(request);
        const asset = jsonOf(answer);
        if (answer.status !== 201) return { status: answer.status, body: asset };
        contents.set(asset['id'] as number, request.body);
        const [completed] = complete(owner!, repo!, {
          ...release,
          assets: [asset as { id: number; name: string }],
        }).assets!;
        return { status: 201, body: completed };
      },
    },
    {
      method: 'GET',
      pattern: /^\/repos\/[^/]+\/[^/]+\/releases\/assets\/(\d+)$/,
      async answer([id], request) {
        const bytes = contents.get(Number(id));
        if (!request.headers['accept']?.includes('application/octet-stream')) return undefined;
        return bytes ? { status: 200, body: bytes } : notFound();
      },
    },
    {
      method: 'GET',
      pattern: /^\/([^/]+)\/([^/]+)\/releases\/download\/([^/]+)\/([^/]+)$/,
      async answer([owner, repo, tag, name], request) {
        const release = (await releasesOf(owner!, repo!, request.headers)).find((one) => one.tag_name === tag);
        const bytes = contents.get(release?.assets?.find((asset) => asset.name === name)?.id ?? -1);
        return bytes ? { status: 200, body: bytes } : notFound();
      },
    },
  ];
}
