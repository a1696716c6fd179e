import type { LogseqHost } from '../../../daemon/graph/host.ts';
import { fail } from '../../../shared/failure.ts';
import { mayCallLogseq } from '../../../shared/logseq/methods.ts';
import type { Model } from '../../e2e/host/model/model.ts';

/** A Logseq to call, in this process. Refuses what the plugin would refuse. */
export function modelHost(model: Model): LogseqHost {
  return {
    async call(method, args) {
      if (!mayCallLogseq(method, args)) throw new Error(`${method} is not on the list of what may be called`);
      try {
        return await model.call(method, args);
      } catch (error) {
        throw fail('invalid', 'graph.host_error', (error as Error).message, { cause: error });
      }
    },
  };
}
