import type { RestEndpointMethodTypes } from '@octokit/rest';
import type { ActionContext } from '../actions/action.ts';
import { lookUp, talk, type GithubClient, type RepositoryName } from './client.ts';

export type GithubRelease = RestEndpointMethodTypes['repos']['getReleaseByTag']['response']['data'];

/** The published release of a tag, or nothing. */
export function findPublishedRelease(
  context: ActionContext,
  client: GithubClient,
  repository: RepositoryName,
  tag: string,
): Promise<GithubRelease | undefined> {
  return lookUp(context, () => client.rest.repos.getReleaseByTag({ ...repository, tag }));
}

/** What the repository shows as its latest release, or nothing. */
export function findLatestRelease(
  context: ActionContext,
  client: GithubClient,
  repository: RepositoryName,
): Promise<GithubRelease | undefined> {
  return lookUp(context, () => client.rest.repos.getLatestRelease({ ...repository }));
}

/** A draft for a tag, or nothing. Drafts have no address by tag: the newest hundred releases are looked through. */
export async function findDraftRelease(
  context: ActionContext,
  client: GithubClient,
  repository: RepositoryName,
  tag: string,
): Promise<GithubRelease | undefined> {
  const { data } = await talk(context, () => client.rest.repos.listReleases({ ...repository, per_page: 100 }));
  return data.find((release) => release.draft && release.tag_name === tag);
}
