import { hashDefinition } from '../../../shared/workflow/canonical.ts';
import { hashJson } from '../../../shared/canonical-json.ts';
import type { Definition, Node } from '../../../shared/workflow/definition.ts';
import { parseDuration } from '../../../shared/workflow/duration.ts';
import { trustable, type ClaimingPage, type Standing } from './claim.ts';
import { asksOutside, look, type Outside, type Seen } from './look.ts';

/** What was found of a claim, as it is remembered. */
export interface KeptClaim {
  page: string;
  claim: string;
  /** Of what it says: an edited claim begins anew. */
  hash: string;
  holds: boolean | null;
  since: number;
  checked: number;
  saw: string;
}

export interface ClaimStore {
  all(graph: string): KeptClaim[];
  put(graph: string, claim: KeptClaim): void;
  drop(graph: string, page: string, claim: string): void;
}

export interface ClaimMeans {
  store: ClaimStore;
  outside: Outside;
  /** Whether a person trusts exactly this. */
  trusted(hash: string): boolean | Promise<boolean>;
  /** Keeps it, so that a person can be shown it. */
  propose(definition: Definition): Promise<string>;
  now(): number;
}

/** A claim that does not say how often is looked at again after so long, in milliseconds. */
const EVERY_MS = 60 * 60_000;
const AT_ONCE = 8;

/**
 * How all claims of a graph stand. Each is looked at again when its `every` has passed, or now when it is asked for; what
 * asks outside only where somebody trusts the page's claims. Those that are gone are forgotten. Of pages that were not read
 * nothing is known: only `pages` are taken for the graph.
 */
export async function checkClaims(
  graph: string,
  pages: readonly ClaimingPage[],
  means: ClaimMeans,
  { fresh = false }: { fresh?: boolean } = {},
): Promise<Standing[]> {
  const { store, now } = means;
  const known = new Map(store.all(graph).map((kept) => [`${kept.page}\n${kept.claim}`, kept]));
  const work = await Promise.all(pages.map((page) => planOf(page, means)));
  const jobs = work.flat();
  const standings: Standing[] = [];
  for (let at = 0; at < jobs.length; at += AT_ONCE) {
    standings.push(
      ...(await Promise.all(
        jobs.slice(at, at + AT_ONCE).map(async ({ page, node, untrusted }) => {
          const before = known.get(`${page}\n${node.id}`);
          known.delete(`${page}\n${node.id}`);
          const hash = hashJson({ settings: node.settings });
          const same = before?.hash === hash ? before : undefined;
          const base = { page, claim: node.id, title: node.title || node.id, says: saysOf(node) };
          if (untrusted !== undefined) {
            const { holds = null, since = now(), checked = 0 } = same ?? {};
            return {
              ...base,
              holds,
              since,
              checked,
              saw: 'Nobody here trusts the claims of this page yet.',
              untrusted,
            };
          }
          if (same && !fresh && now() - same.checked < everyOf(node)) return { ...base, ...standing(same) };
          const seen = await look(node, means.outside);
          const kept = next({ page, claim: node.id, hash }, same, seen, now());
          store.put(graph, kept);
          return { ...base, ...standing(kept), saw: seen.saw };
        }),
      )),
    );
  }
  for (const { page, claim } of known.values()) store.drop(graph, page, claim);
  return standings;
}

interface Job {
  page: string;
  node: Node;
  untrusted?: string;
}

async function planOf({ page, claims }: ClaimingPage, means: ClaimMeans): Promise<Job[]> {
  if (!claims.some(asksOutside)) return claims.map((node) => ({ page, node }));
  const definition = trustable(claims);
  const hash = hashDefinition(definition);
  if (await means.trusted(hash)) return claims.map((node) => ({ page, node }));
  await means.propose(definition);
  return claims.map((node) => ({ page, node, ...(asksOutside(node) ? { untrusted: hash } : {}) }));
}

/** What could not be found out changes nothing of what was known, but that somebody looked. */
function next(
  place: Pick<KeptClaim, 'page' | 'claim' | 'hash'>,
  before: KeptClaim | undefined,
  { holds, saw }: Seen,
  now: number,
): KeptClaim {
  const unchanged = before && (holds === null || before.holds === holds);
  return {
    ...place,
    holds: holds ?? before?.holds ?? null,
    since: unchanged ? before.since : now,
    checked: now,
    saw,
  };
}

function standing({ holds, since, checked, saw }: KeptClaim): Pick<Standing, 'holds' | 'since' | 'checked' | 'saw'> {
  return { holds, since, checked, saw };
}

function saysOf({ settings }: Node): string {
  const { that, url } = settings;
  return typeof url === 'string' ? url : typeof that === 'string' ? that : '';
}

function everyOf({ settings }: Node): number {
  try {
    return typeof settings.every === 'string' ? parseDuration(settings.every) : EVERY_MS;
  } catch {
    return EVERY_MS;
  }
}
