import { fail } from '../../../shared/failure.ts';
import type { Services } from '../../actions/action.ts';
import type { Clock } from '../../clock.ts';
import { instant } from '../../telemetry-sources/prometheus.ts';
import type { Sources } from '../../telemetry-sources/sources.ts';
import type { Outside } from './look.ts';

const WITHIN_MS = 10_000;

/** The configured Prometheus, and the web. */
export function outsideOver({
  clock,
  fetch,
  sources,
}: {
  clock: Clock;
  fetch: Services['fetch'];
  sources: Sources;
}): Outside {
  const context = () => ({
    clock,
    signal: AbortSignal.timeout(2 * WITHIN_MS),
    services: { fetch, config: { sources } } as unknown as Services,
  });
  return {
    samples: async (query) => (await instant(context(), query, clock.now())).samples,
    async status(url) {
      const { status, body } = await fetch(url, { signal: AbortSignal.timeout(WITHIN_MS) }).catch((error: unknown) => {
        throw fail('network', 'claim.unreachable', `Nothing answers at ${url}.`, { cause: error });
      });
      // Only that it is there matters.
      await body?.cancel();
      return status;
    },
  };
}
