import semver from 'semver';
import { z } from 'zod';
import { fail } from '../../shared/failure.ts';

/** What a package's own manifest says about being published. */
export interface PublishWishes {
  private: boolean;
  /** Where it wants to go, by the most precise setting that holds for its name. */
  registry?: string;
  /** The dist-tag that is to point to it. */
  tag?: string;
  /** Who may see it: `public`, `restricted`. */
  access?: string;
}

const manifestSchema = z.object({
  name: z.string(),
  private: z.unknown().optional(),
  publishConfig: z.record(z.string(), z.unknown()).optional().catch(undefined),
});

/** Reads them from the content of a package.json. */
export function publishWishes(manifest: unknown): PublishWishes {
  const { name, private: isPrivate, publishConfig = {} } = manifestSchema.parse(manifest);
  const said = (key: string) => (typeof publishConfig[key] === 'string' ? publishConfig[key] : undefined);
  const scope = /^(@[^/]+)\//.exec(name)?.[1];
  const registry = (scope && said(`${scope}:registry`)) ?? said('registry');
  const tag = said('tag');
  const access = said('access');
  return { private: Boolean(isPrivate), ...(registry && { registry }), ...(tag && { tag }), ...(access && { access }) };
}

/** Refuses what its own manifest does not want published, or not there. Throws `npm.private`, `npm.other_registry`. */
export function requireWanted(name: string, wishes: PublishWishes, registry: string): void {
  if (wishes.private) {
    const remedy = 'Take "private" out of its package.json if everybody may have it.';
    throw fail('denied', 'npm.private', `${name} is marked as private, so it is not published. ${remedy}`);
  }
  if (wishes.registry === undefined || sameAddress(wishes.registry, registry)) return;
  throw fail(
    'denied',
    'npm.other_registry',
    `${name} wants to be published at ${wishes.registry} (publishConfig in its package.json), but ${registry} is what is ` +
      `configured. Set npm: { registry: "${wishes.registry}" } in config.yaml, or take it out of publishConfig.`,
  );
}

/**
 * Refuses a package with a scope that npm's own registry shows to nobody, as long as its manifest does not say who may see it: npm
 * takes a new one for restricted, and turns that down where nobody pays for it, when the tag is pushed already. Throws
 * `npm.access_unsaid`.
 */
export function requireAccess(name: string, wishes: PublishWishes, registry: string, isSeen: boolean): void {
  if (isSeen || wishes.access !== undefined || !name.startsWith('@')) return;
  if (new URL(registry).host !== 'registry.npmjs.org') return;
  throw fail(
    'invalid',
    'npm.access_unsaid',
    `npm shows no ${name} to everybody: it is new there, or not public. Say in its package.json who may see it, and commit that: ` +
      '"publishConfig": { "access": "public" }, or "restricted" for those who pay for it. npm takes a new package with a scope for restricted.',
  );
}

/**
 * The dist-tag that is to point to a version: the given one, else the manifest's, else `latest`; that only for what really
 * is the latest. Throws `npm.needs_dist_tag`, `npm.bad_dist_tag`.
 */
export function distTag(
  { name, version }: { name: string; version: string },
  given: string,
  wishes: PublishWishes,
  latest: string | null | undefined,
): string {
  const named = given || wishes.tag;
  if (named && semver.validRange(named) !== null) {
    const message = `“${named}” cannot be a dist-tag: npm reads it as a version. Take a word, such as release-1.x or next.`;
    throw fail('invalid', 'npm.bad_dist_tag', message);
  }
  if (named) return named;
  const isBehind = latest !== null && latest !== undefined && semver.valid(latest) && semver.gt(latest, version);
  if (!isBehind && semver.prerelease(version) === null) return 'latest';
  const why = isBehind ? `while its latest version is ${latest}` : 'as a pre-release';
  throw fail(
    'invalid',
    'npm.needs_dist_tag',
    `Published ${why}, ${name} ${version} would be what everybody installs. Name another dist-tag, such as ` +
      `${isBehind ? `release-${semver.major(version)}.x` : 'next'}: as "tag" (in Package release the input dist_tag), or as publishConfig.tag in its package.json.`,
  );
}

function sameAddress(one: string, other: string): boolean {
  const plain = (address: string) => (URL.canParse(address) ? new URL(address).href : address).replace(/\/+$/, '');
  return plain(one) === plain(other);
}
