import { ask } from './ask.ts';
import type { BlockRole } from './block.ts';
import { breaker } from './breaker.ts';
import { cache } from './cache.ts';
import { call } from './call.ts';
import { caseBlock } from './case.ts';
import { check } from './check.ts';
import { claim } from './claim.ts';
import { fallback } from './fallback.ts';
import { foreach } from './foreach.ts';
import { gate } from './gate.ts';
import { otherwise } from './otherwise.ts';
import { parallel } from './parallel.ts';
import { persona } from './persona.ts';
import { repeat } from './repeat.ts';
import { retry } from './retry.ts';
import { route } from './route.ts';
import { saga } from './saga.ts';
import { sequence } from './sequence.ts';
import { signOff } from './sign-off.ts';
import { stage } from './stage.ts';
import { step } from './step.ts';
import { timeout } from './timeout.ts';
import { undo } from './undo.ts';
import { wait } from './wait.ts';
import { when } from './when.ts';
import { workflow } from './workflow.ts';

/** Every role that draws. Adding one is one file and one line here. */
export const blocks: readonly BlockRole[] = [
  workflow,
  stage,
  step,
  undo,
  gate,
  check,
  signOff,
  ask,
  sequence,
  parallel,
  route,
  caseBlock,
  when,
  otherwise,
  retry,
  fallback,
  timeout,
  breaker,
  cache,
  repeat,
  foreach,
  saga,
  wait,
  call,
  persona,
  claim,
];

const byRole: ReadonlyMap<string, BlockRole> = new Map(blocks.map((block) => [block.role, block]));

/** How a role draws; undefined for a word that is no role. */
export function blockOf(role: string): BlockRole | undefined {
  return byRole.get(role);
}
