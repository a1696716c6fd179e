import type { Role } from '../../shared/workflow/definition.ts';
import { ask } from './ask.ts';
import { breaker } from './breaker.ts';
import { cache } from './cache.ts';
import { call } from './call.ts';
import { routeCase } from './case.ts';
import { check } from './check.ts';
import { claim } from './claim.ts';
import { fallback } from './fallback.ts';
import { foreach } from './foreach.ts';
import { gate } from './gate.ts';
import { otherwise } from './otherwise.ts';
import { parallel } from './parallel.ts';
import { persona } from './persona.ts';
import type { Primitive } from './primitive.ts';
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

/** Every role of the language. A new one is a file and a line here. */
export const primitives: ReadonlyMap<Role, Primitive> = new Map(
  [
    ask,
    breaker,
    cache,
    call,
    check,
    claim,
    fallback,
    foreach,
    gate,
    otherwise,
    parallel,
    persona,
    repeat,
    retry,
    route,
    routeCase,
    saga,
    sequence,
    signOff,
    stage,
    step,
    timeout,
    undo,
    wait,
    when,
    workflow,
  ].map((primitive) => [primitive.role, primitive]),
);
