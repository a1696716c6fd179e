import type { Github } from '../../../daemon/demo/counterparts/github.ts';
import { testContext, type TestContext, type TestContextOptions } from '../../fakes/action-context.ts';

export interface OnGithub {
  /** The settings that name the repository and its token. */
  where(token?: string): { repository: string; token: string };
  /** A step of its own, with a key that no other has. */
  context(more?: TestContextOptions): Promise<TestContext>;
  /** Asks the API about the repository, beside the actions. */
  api(method: string, path: string, body?: unknown): Promise<unknown>;
}

/** What an action on GitHub is given, and a look at what it did there. */
export function onGithub(github: () => Github): OnGithub {
  let keys = 0;
  const repository = () => `${github().owner}/${github().repo}`;
  return {
    where: (token = github().token) => ({ repository: repository(), token }),
    context: (more = {}) =>
      testContext({ key: `key-${++keys}`, ...more, config: { githubUrl: github().url, ...more.config } }),
    async api(method, path, body) {
      const answer = await fetch(`${github().url}/repos/${repository()}${path}`, {
        method,
        headers: { authorization: `Bearer ${github().token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return answer.json();
    },
  };
}
