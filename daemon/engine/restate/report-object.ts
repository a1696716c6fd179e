import type { ObjectContext } from '@restatedev/restate-sdk';
import type { Sdk } from './load.ts';
import type { Reported } from './messages.ts';
import type { ServiceNames } from './names.ts';
import { FOR_EVER } from './wire.ts';

/** What the hub is owed of a run, told in order and for as long as it takes. A hub that is away delays nothing else. */
export function reportObject(sdk: Sdk, names: ServiceNames, report: (reported: Reported) => Promise<void>) {
  return sdk.object({
    name: names.report,
    options: { ingressPrivate: true, journalRetention: 0, retryPolicy: FOR_EVER },
    handlers: {
      events: sdk.handlers.object.exclusive((_ctx: ObjectContext, reported: Reported): Promise<void> =>
        report(reported),
      ),
    },
  });
}
