import type { RestateConfig } from './config.ts';

/** The header by which a hub knows its own answer: another one in each of its lives. Only who has the token is told. */
export const LIFE = 'stagebook-life';

const WITHIN_MS = 10_000;

/**
 * Why workers that report to the hub's address would not tell this hub: another one answers there. Undefined when this one does, and
 * when nobody can tell from here: workers may reach it by a name that only they know.
 */
export async function addressTrouble(
  { id, url }: RestateConfig['hub'],
  own: { life: string; token: string; signal: AbortSignal },
): Promise<string | undefined> {
  let response: Response;
  try {
    response = await fetch(`${url}/ingest/ask`, {
      method: 'POST',
      redirect: 'error',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${own.token}` },
      body: JSON.stringify({ hub: id, node: 'hub', run: 'none', after: 0, ask: 'incident.number' }),
      signal: AbortSignal.any([own.signal, AbortSignal.timeout(WITHIN_MS)]),
    });
    await response.text();
  } catch {
    return undefined;
  }
  if (response.headers.get(LIFE) === own.life) return undefined;
  return `Somebody else than this hub answers at restate.hub.url (${url}). Workers report there, so that nothing of the runs that begin here is heard of again. Set it to the address of this hub; where there are two hubs, give each one a restate.hub.id, a url and workers of its own.`;
}
