import type { ActionContext } from '../actions/action.ts';
import { lookUp, talk, type GithubClient, type RepositoryName } from './client.ts';

export interface FoundTag {
  /** The commit it points to. */
  sha: string;
  annotated: boolean;
  message: string | null;
}

/** A tag as GitHub has it, or nothing. */
export async function findTag(
  context: ActionContext,
  client: GithubClient,
  repository: RepositoryName,
  tag: string,
): Promise<FoundTag | undefined> {
  const ref = await lookUp(context, () => client.rest.git.getRef({ ...repository, ref: `tags/${tag}` }));
  if (!ref) return undefined;
  const { type, sha } = ref.object;
  if (type !== 'tag') return { sha, annotated: false, message: null };
  const object = await talk(context, () => client.rest.git.getTag({ ...repository, tag_sha: sha }));
  return { sha: object.data.object.sha, annotated: true, message: object.data.message };
}
