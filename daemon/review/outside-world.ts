import type { ActionContext, Services } from '../actions/action.ts';
import type { Clock } from '../clock.ts';
import { githubClient, lookUp, parseRepository } from '../github/client.ts';
import { findTag } from '../github/tag.ts';
import { npmRegistry, readNpmPackage } from '../registries/npm-registry.ts';
import { pypiAddresses, readPypiProject, sameVersion } from '../registries/pypi-index.ts';
import type { Ports, ReleaseQuestion } from './check.ts';

const WITHIN_MS = 10_000;
/** So long an answer is good for: releases and pull requests do not vanish by the minute. */
const FRESH_MS = 30 * 60_000;
const MOST_KEPT = 5_000;

interface Means {
  clock: Clock;
  /** The network and the configured addresses. */
  services: Pick<Services, 'fetch' | 'config'>;
}

/**
 * Asks the configured registries and GitHub, by reading only, whether the releases and pull requests are there that pages name.
 * What may only be hidden from us (a scope of npm, a repository that is not public) counts as not known.
 */
export function askOutside({ clock, services }: Means): Required<Pick<Ports, 'release' | 'pull'>> {
  const kept = new Map<string, { at: number; answer: Promise<boolean | null> }>();
  /** Of what an action is given, looks need no more. */
  const context = (): ActionContext =>
    ({
      clock,
      signal: AbortSignal.timeout(WITHIN_MS),
      services: services as Services,
      log: () => undefined,
    }) as unknown as ActionContext;

  const once = (key: string, ask: () => Promise<boolean | null>): Promise<boolean | null> => {
    const before = kept.get(key);
    if (before && clock.now() - before.at < FRESH_MS) return before.answer;
    if (kept.size >= MOST_KEPT) kept.clear();
    // Who did not answer is asked again at the next review.
    const answer = ask().catch(() => {
      kept.delete(key);
      return null;
    });
    kept.set(key, { at: clock.now(), answer });
    return answer;
  };

  const isVisible = async (owner: string, repo: string): Promise<boolean> => {
    const asked = context();
    const client = githubClient(asked, undefined);
    return (await lookUp(asked, () => client.rest.repos.get({ owner, repo }))) !== undefined;
  };

  const inNpm = async (name: string, version: string): Promise<boolean | null> => {
    const asked = context();
    const document = await readNpmPackage(asked, { registry: npmRegistry(asked.services.config, 'production'), name });
    if (document === null) return name.startsWith('@') ? null : false;
    return document.versions[version] !== undefined;
  };

  const inPypi = async (name: string, version: string): Promise<boolean | null> => {
    const asked = context();
    const files = await readPypiProject(asked, pypiAddresses(asked.services.config, 'production').indexUrl, name);
    return (files ?? []).some((file) => sameVersion(file.version, version) && !file.yanked);
  };

  const hasTag = async (repository: string, tag: string): Promise<boolean | null> => {
    const asked = context();
    const { owner, repo } = parseRepository(repository);
    if (await findTag(asked, githubClient(asked, undefined), { owner, repo }, tag)) return true;
    return (await isVisible(owner, repo)) ? false : null;
  };

  const hasPull = async (name: string): Promise<boolean | null> => {
    const [, owner = '', repo = '', number = ''] = /^([^/#]+)\/([^/#]+)#(\d+)$/.exec(name) ?? [];
    const asked = context();
    const client = githubClient(asked, undefined);
    const found = await lookUp(asked, () => client.rest.pulls.get({ owner, repo, pull_number: Number(number) }));
    if (found) return true;
    return (await isVisible(owner, repo)) ? false : null;
  };

  const inRegistry = ({ package: name, version, ecosystem }: ReleaseQuestion): Promise<boolean | null> => {
    const kind = registryOf(ecosystem);
    if (kind === null) return Promise.resolve(null);
    return once(`${kind} ${name} ${version}`, () => (kind === 'npm' ? inNpm(name, version) : inPypi(name, version)));
  };

  return {
    async release(question) {
      const { repository, tag } = question;
      const [registry, tagged] = await Promise.all([
        inRegistry(question),
        repository === undefined || tag === undefined
          ? null
          : once(`tag ${repository} ${tag}`, () => hasTag(repository, tag)),
      ]);
      return { registry, tag: tagged };
    },
    pull: (name) => once(`pull ${name}`, () => hasPull(name)),
  };
}

/** A page that does not say where its package goes is not asked about: the same name may be another package elsewhere. */
function registryOf(ecosystem: string | undefined): 'npm' | 'pypi' | null {
  if (/^(?:npm|node|javascript|typescript)$/i.test(ecosystem ?? '')) return 'npm';
  return /^(?:pypi|python)$/i.test(ecosystem ?? '') ? 'pypi' : null;
}
