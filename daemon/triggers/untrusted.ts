import { fail } from '../../shared/failure.ts';
import type { Engine } from '../engine/engine.ts';
import type { PageListening } from './page-triggers.ts';

/**
 * Tells of each page that would start by itself and that nobody trusts as it stands, once for each version: somebody who edits a
 * nightly page would otherwise not notice that it starts no more. To be called with all of them at every look.
 */
export function tellsOfUntrusted(
  engine: Pick<Engine, 'trusted'>,
  tell: (title: string, error: unknown) => void,
): (listening: readonly PageListening[]) => void {
  let known = new Set<string>();
  return (listening) => {
    const now = new Set<string>();
    for (const { hash, graph, page, definition } of listening) {
      if (engine.trusted(hash)) continue;
      const { title } = definition.header;
      const version = JSON.stringify([graph, page, hash]);
      now.add(version);
      if (!known.has(version)) tell(title, notTrusted(page ?? title));
    }
    known = now;
  };
}

const notTrusted = (page: string): Error =>
  fail(
    'denied',
    'run.untrusted',
    `It starts by itself, but nobody has trusted it as it stands now: until then it does not. Look at it and trust it: stagebook trust "${page}".`,
  );
