import { hashJson } from '../../../shared/canonical-json.ts';
import { fail } from '../../../shared/failure.ts';
import type { NewEvent } from '../../../shared/run/event.ts';
import type { NodeKey } from '../../../shared/workflow/definition.ts';
import type { NewRun } from '../../journal/journal.ts';
import { calledInputs } from '../called-inputs.ts';
import { bodyOf, hashOf, readBody, type Pinned } from '../definitions.ts';
import type { ChildRequest } from '../durable.ts';
import { newRunId } from '../keys.ts';
import type { EmbeddedOptions } from '../options.ts';
import { memorySpace } from '../run-values.ts';
import type { Start } from './messages.ts';
import type { RunLog } from './run-log.ts';

interface CallingOptions {
  hub: string;
  /** Milliseconds since the epoch. */
  now: number;
  redact<T>(value: T): T;
  /** Its inputs with each path as it really is on this machine. Throws `input.outside`. */
  paths?: EmbeddedOptions['paths'];
}

/** The start of a run that a node of another one calls; it has the number of the run that calls it. Throws `call.page`, `call.input`, `input.outside`. */
export function calledRun(
  log: RunLog,
  parent: { run: string; node: NodeKey },
  request: ChildRequest,
  { hub, now: at, redact, paths }: CallingOptions,
): Start {
  const above = log.row;
  const from = above && readBody(log.body);
  const definition = from && Object.hasOwn(from.pages, request.page) ? from.pages[request.page] : undefined;
  if (!above || !from || !definition) {
    throw fail('not-found', 'call.page', `The page “${request.page}” was not there when this run was pinned.`);
  }
  const pinned: Pinned = { definition, pages: from.pages, personas: from.personas };
  const hash = hashOf(pinned);
  const run = newRunId(at);
  const { header } = definition;
  const { number, dryRun } = above;
  const graph = above.graph === undefined ? {} : { graph: above.graph };
  const same = { definition: hash, title: header.title, number, dryRun, parent, ...graph };
  const declared = calledInputs(request.page, definition, request.inputs, above);
  const inputs = paths?.(definition, declared) ?? declared;
  const memory = memorySpace(header, inputs, { ...same, run, startedAt: at, by: request.by });
  const row: NewRun = { ...same, run, memory, at };
  const personas = Object.entries(pinned.personas).map(([id, shape]) => [id, hashJson({ ...shape })]);
  const started: NewEvent<'run.started'> = {
    type: 'run.started',
    node: '',
    payload: {
      ...same,
      memory,
      inputs: redact(inputs),
      by: request.by,
      personas: Object.fromEntries(personas) as Record<string, string>,
    },
  };
  return { hub, run, row, body: bodyOf(pinned), events: [started], at };
}
