import type { BareRepository } from './bare-repository.ts';
import { invalid, jsonOf, type ApiAnswer, type ApiRequest, type ApiRoute, type Emulated } from './github-route.ts';

interface Pull extends Record<string, unknown> {
  number: number;
  title: string;
  merged?: boolean;
  head: { ref: string; sha: string };
  base: { ref: string; sha: string };
  user: { login: string };
  merge_commit_sha: string | null;
}

const PULLS = /^\/repos\/[^/]+\/[^/]+\/pulls$/;
const PULL = /^\/repos\/[^/]+\/[^/]+\/pulls\/(\d+)$/;
const MERGE = /^\/repos\/[^/]+\/[^/]+\/pulls\/(\d+)\/merge$/;
const FILES = /^\/repos\/[^/]+\/[^/]+\/pulls\/(\d+)\/files$/;
const REVIEWS = /^\/repos\/[^/]+\/[^/]+\/pulls\/(\d+)\/reviews$/;

/**
 * Pull requests of branches that were pushed: the emulator keeps the conversation, the bare repository has the commits, and
 * a merge is a real one. As on GitHub nobody approves their own; `loginOf` says whose a token is.
 */
export function pullRoutes(
  repository: BareRepository,
  emulated: Emulated,
  loginOf: (request: ApiRequest) => string | undefined,
): ApiRoute[] {
  /** The merge commits, by the number of the pull request. */
  const merged = new Map<number, { commit: string; head: string }>();

  const real = async (pull: Pull): Promise<Pull> => {
    const done = merged.get(pull.number);
    const [head, base] = await Promise.all(
      [pull.head, pull.base].map(({ ref }) => repository.resolve(`refs/heads/${ref}`)),
    );
    return {
      ...pull,
      head: { ...pull.head, sha: done?.head ?? head?.sha ?? pull.head.sha },
      base: { ...pull.base, sha: base?.sha ?? pull.base.sha },
      ...(done && { merge_commit_sha: done.commit }),
    };
  };
  const pass = async (request: ApiRequest): Promise<ApiAnswer> => {
    const { status, headers, body } = await emulated(request);
    if (status >= 300) return { status, headers, body };
    const found = JSON.parse(Buffer.from(body).toString()) as Pull | Pull[];
    const patched = Array.isArray(found) ? await Promise.all(found.map(real)) : await real(found);
    return { status, ...(headers['link'] && { headers: { link: headers['link'] } }), body: patched };
  };
  const pullAt = async (request: ApiRequest, number: string): Promise<Pull | undefined> => {
    const path = request.path.split('?')[0]!.replace(/\/pulls\/.*$/, `/pulls/${number}`);
    const { 'content-type': _, ...headers } = request.headers;
    const answer = await emulated({ method: 'GET', path, headers });
    return answer.status === 200 ? real(jsonOf(answer) as unknown as Pull) : undefined;
  };

  return [
    {
      method: 'POST',
      pattern: PULLS,
      async answer(_, request) {
        const { head, base } = request.json();
        for (const [field, name] of Object.entries({ head, base })) {
          const branch = String(name).replace(/^[^:]*:/, '');
          if (!(await repository.resolve(`refs/heads/${branch}`))) return invalid('PullRequest', 'invalid', field);
        }
        return pass(request);
      },
    },
    { method: 'GET', pattern: PULLS, answer: (_, request) => pass(request) },
    { method: 'GET', pattern: PULL, answer: (_, request) => pass(request) },
    {
      method: 'GET',
      pattern: FILES,
      async answer([number], request) {
        const pull = await pullAt(request, number!);
        return pull && { status: 200, body: await repository.changes(pull.base.sha, pull.head.sha) };
      },
    },
    {
      method: 'POST',
      pattern: REVIEWS,
      async answer([number], request) {
        const { event } = request.json();
        const pull = await pullAt(request, number!);
        if (!pull || event === 'COMMENT' || pull.user.login !== loginOf(request)) return undefined;
        const what = event === 'APPROVE' ? 'approve' : 'request changes on';
        const errors = [`Review Can not ${what} your own pull request`];
        return { status: 422, body: { message: 'Unprocessable Entity', errors } };
      },
    },
    {
      method: 'PUT',
      pattern: MERGE,
      async answer([number], request) {
        const pull = await pullAt(request, number!);
        if (!pull || pull.merged) return undefined;
        const asked = request.json();
        if (asked['sha'] !== undefined && asked['sha'] !== pull.head.sha) {
          return { status: 409, body: { message: 'Head branch was modified. Review and try the merge again.' } };
        }
        const tree = await repository.mergedTree(pull.base.sha, pull.head.sha);
        if (tree === undefined) return { status: 405, body: { message: 'Pull Request is not mergeable' } };
        // The emulator knows other commits under these branches, and asks what protects them.
        const { sha: _, ...body } = asked;
        const answer = await emulated({ ...request, body: new Uint8Array(Buffer.from(JSON.stringify(body))) });
        if (answer.status !== 200) return { status: answer.status, headers: answer.headers, body: answer.body };
        const commit = await repository.commitTree({
          tree,
          parents: asked['merge_method'] === 'merge' ? [pull.base.sha, pull.head.sha] : [pull.base.sha],
          message: String(asked['commit_title'] ?? `${pull.title} (#${pull.number})`),
          branch: pull.base.ref,
        });
        merged.set(pull.number, { commit, head: pull.head.sha });
        return { status: 200, body: { ...jsonOf(answer), sha: commit } };
      },
    },
  ];
}
