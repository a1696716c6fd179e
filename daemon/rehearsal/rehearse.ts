import type { JsonObject } from '../../shared/json.ts';
import { basisOf, moved, type Ground } from './basis.ts';
import { injectFaults, type Start } from './faults.ts';
import { probe, type Means } from './probe.ts';
import type { Rehearsal, Rehearsed, RehearsalStore } from './rehearsal.ts';
import type { Stage } from '../scenarios/run.ts';
import type { Definition } from '../../shared/workflow/definition.ts';

export interface RehearsalRequest {
  /** The definition's hash, as it is proposed. */
  hash: string;
  stage: Stage;
  /** The pages that it calls. */
  called: readonly Definition[];
  /** Names of the secrets that it uses. */
  secrets: readonly string[];
  /** Known answers: of scenarios, or of a past run. */
  start?: Start | undefined;
  /** Inputs to read the world with; without them its reads are not tried. */
  inputs?: JsonObject | undefined;
  /** Whether somebody trusts it: else nothing of the world is looked at (security.md 4). */
  trusted: boolean;
  ground: Ground;
  means: Means;
  now: number;
  onPlay?(): void;
}

/** Holds a rehearsal: one fault after the other without any effect, then whether what it needs is still there. */
export async function rehearse(request: RehearsalRequest): Promise<Rehearsal> {
  const { hash, stage, called, secrets, inputs, ground, means, now } = request;
  const definitions = [stage.definition, ...called];
  const faults = await injectFaults(stage, request.start, request.onPlay);
  const probed = request.trusted ? await probe({ definitions, secrets }, means, inputs) : null;
  const problems = [
    ...faults.faults.flatMap(({ title, kind, problem }) =>
      problem ? [`${title}, ${IN_WORDS[kind]}: ${problem}`] : [],
    ),
    ...(probed ?? []).flatMap(({ what, ok, said }) => (ok ? [] : [`${what}: ${said}`])),
  ];
  return {
    title: stage.definition.header.title,
    at: now,
    ok: problems.length === 0,
    problems,
    faults,
    probed,
    basis: basisOf(hash, definitions, ground),
  };
}

const IN_WORDS = {
  'fails-once': 'when it fails once',
  fails: 'when it fails',
  lost: 'when its answer is lost',
} as const;

/** How a workflow stands now; undefined when it was never rehearsed. */
export function rehearsed(
  hash: string,
  definitions: readonly Definition[],
  store: Pick<RehearsalStore, 'last'>,
  ground: Ground,
): Rehearsed | undefined {
  const last = store.last(hash, definitions[0]!.header.title);
  if (!last) return undefined;
  const { at, ok, problems } = last;
  return { at, ok, problems, stale: moved(last.basis, basisOf(hash, definitions, ground)) };
}
