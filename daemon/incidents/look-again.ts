import { fail } from '../../shared/failure.ts';
import type { Json, JsonObject } from '../../shared/json.ts';
import type { Action, Services } from '../actions/action.ts';
import type { Clock } from '../clock.ts';

const WITHIN_MS = 30_000;

/** Does what a reading step did, outside of any run. Throws `action.not_a_read` for whatever could change something. */
export async function lookAgain(
  actions: ReadonlyMap<string, Action>,
  uses: string,
  settings: JsonObject,
  services: Pick<Services, 'fetch' | 'config'>,
  clock: Clock,
): Promise<Json> {
  const action = actions.get(uses);
  if (action?.effect !== 'read') {
    throw fail('invalid', 'action.not_a_read', `“${uses}” does not only look, so it is not done again.`);
  }
  const output = await action.run(action.input.parse(settings), {
    key: 'verify',
    earlierKeys: [],
    attempt: 1,
    node: '',
    persona: null,
    signal: AbortSignal.timeout(WITHIN_MS),
    clock,
    log: () => undefined,
    run: {
      id: '',
      title: 'verify',
      startedAt: clock.now(),
      by: 'verify',
      state: () => {
        throw fail('invalid', 'action.no_run', `“${uses}” needs a run to look at.`);
      },
    },
    // What looks at sources needs nothing else.
    services: services as Services,
  });
  return output as Json;
}
