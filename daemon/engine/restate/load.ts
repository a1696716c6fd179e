import type * as restate from '@restatedev/restate-sdk';
import { fail } from '../../../shared/failure.ts';

/** The SDK as it is loaded: a part that only those install who use it. */
export type Sdk = typeof restate;

const PACKAGE = '@restatedev/restate-sdk';
const VERSION = '1.17.2';

/** Loads Restate's SDK, which does not come with Stagebook. Throws `restate.missing`, with how to get it. */
export async function loadSdk(load: () => Promise<Sdk> = () => import('@restatedev/restate-sdk')): Promise<Sdk> {
  try {
    return await load();
  } catch (error) {
    throw fail(
      'not-found',
      'restate.missing',
      `The configuration says engine: restate, and ${PACKAGE} is not installed. Install it beside Stagebook: npm install ${PACKAGE}@${VERSION}`,
      { cause: error },
    );
  }
}
