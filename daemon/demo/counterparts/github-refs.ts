import type { BareRepository } from './bare-repository.ts';
import { notFound, type ApiRoute } from './github-route.ts';

/** Branches, tags and commits as the bare repository has them: what was pushed is what the API shows. */
export function refRoutes(repository: BareRepository): ApiRoute[] {
  return [
    {
      method: 'GET',
      pattern: /^\/repos\/[^/]+\/[^/]+\/contents\/(.+)$/,
      async answer([path], request) {
        const found = await repository.file(request.query.get('ref') ?? 'HEAD', path!);
        // What was written by the API is with the emulator.
        if (!found) return undefined;
        const content = Buffer.from(found.text).toString('base64');
        return { status: 200, body: { type: 'file', encoding: 'base64', path, sha: found.sha, content } };
      },
    },
    {
      method: 'GET',
      pattern: /^\/repos\/[^/]+\/[^/]+\/git\/ref\/((?:tags|heads)\/.+)$/,
      async answer([name]) {
        const found = await repository.resolve(`refs/${name}`);
        if (!found) return notFound();
        return { status: 200, body: { ref: `refs/${name}`, object: found } };
      },
    },
    {
      method: 'GET',
      pattern: /^\/repos\/[^/]+\/[^/]+\/git\/tags\/([0-9a-f]{40})$/,
      async answer([sha]) {
        const found = await repository.resolve(sha!);
        if (found?.type !== 'tag') return notFound();
        const { tag, message, target } = await repository.annotatedTag(sha!);
        return { status: 200, body: { tag, sha, message, object: { sha: target, type: 'commit' } } };
      },
    },
    {
      method: 'GET',
      pattern: /^\/repos\/[^/]+\/[^/]+\/commits\/([^/]+)$/,
      async answer([revision]) {
        const found = await repository.resolve(`${revision}^{commit}`);
        if (!found) return { status: 422, body: { message: `No commit found for SHA: ${revision}` } };
        return { status: 200, body: { sha: found.sha, commit: { message: await repository.message(found.sha) } } };
      },
    },
  ];
}
