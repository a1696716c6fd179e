import type { Json, JsonObject } from '../../shared/json.ts';
import type { Assumed } from '../../shared/run/assumed.ts';
import type { NodeKey } from '../../shared/workflow/definition.ts';
import { evaluate, references, resolveTemplate, SecretHandle } from '../../shared/workflow/expression.ts';
import type { Action, RunInfo } from '../actions/action.ts';
import type { Journal, RunRow } from '../journal/journal.ts';
import { memoryOfRun } from '../journal/run-memory.ts';
import { isApproved } from '../personas/approval.ts';
import { wantedName } from '../../shared/workflow/persona-limits.ts';
import { isRestrictedFile, refusal } from '../personas/permit.ts';
import type { Pinned } from './definitions.ts';
import type { EmbeddedOptions } from './options.ts';
import type { RunContext, StepExecution } from './execute.ts';
import type { JournaledRun } from './journaled.ts';
import type { PerformContext } from './attempt.ts';
import { perform } from './perform.ts';
import { runValues } from './run-values.ts';
import { assumedIn } from './assumed.ts';
import { notReached } from './stays-here.ts';
import type { NodeScope } from './scope.ts';
import { digestOf } from './signing.ts';
import { closedBy, memoryTaint, taintOf, type Origins } from './taint.ts';
import { StagebookError } from '../../shared/failure.ts';

/** What a run has around it, on whatever engine. */
export type SurroundingsOptions = Pick<
  EmbeddedOptions,
  'clock' | 'primitives' | 'actions' | 'personas' | 'overBudget' | 'services' | 'secrets' | 'redact' | 'redactPiece'
> & { journal: Pick<Journal, 'memory'> };

interface Ingredients {
  row: RunRow;
  durable: JournaledRun;
  info: RunInfo;
  /** What the run has been given by now, where that may not be what it was started with. */
  inputs?: JsonObject;
  pinned: Pinned;
  /** Whether somebody agreed to what runs. */
  trusted: boolean;
  options: SurroundingsOptions;
  output(line: { run: string; node: NodeKey; at: number; text: string }): void;
}

/** Everything one run's interpretation needs of the daemon: expressions, secrets, persona limits, actions. */
export function surroundings(own: Ingredients): RunContext {
  const { row, durable, options } = own;
  const { started } = durable;
  const fixed: JsonObject = {
    inputs: own.inputs ?? started.payload.inputs,
    run: runValues({ ...row, by: started.payload.by }),
  };
  const memory = (): JsonObject => {
    // The newest first, and the newest of a key counts.
    const rows = memoryOfRun(options.journal, row).toReversed();
    return Object.fromEntries(rows.map(({ key, value }) => [key, value]));
  };
  const visible = (text: string, scope: NodeScope, extra: { output?: Json } = {}): JsonObject => {
    const { steps, roots } = references(text);
    return {
      ...fixed,
      ...scope.names(),
      steps: scope.steps(steps),
      ...(roots.includes('memory') ? { memory: memory() } : {}),
      ...extra,
    };
  };
  /** In a dry run: what stands for an expression that cannot be evaluated since it looks into what was not done. */
  const instead = (scope: NodeScope, output: Assumed | undefined) => (text: string, error: unknown) => {
    const { roots } = references(text);
    const isAssumed = assumed(null, scope, [text]) ?? (roots.includes('output') ? output : undefined);
    if (isAssumed === undefined) throw error;
    return `<${text}>`;
  };
  const assumed = (settings: Json, scope: NodeScope, expressions?: readonly string[]): Assumed | undefined =>
    row.dryRun ? assumedIn(settings, scope, own.info.state(), expressions) : undefined;
  const resolve = (setting: Json, scope: NodeScope, extra?: { output?: Json }, output?: Assumed): unknown =>
    resolveTemplate(setting, (text) => visible(text, scope, extra), row.dryRun ? instead(scope, output) : undefined);

  const origins: Origins = {
    // Nobody of ours has looked at the inputs of a run that an alert, a webhook or another run has started.
    inputs: started.payload.by.kind === 'system' || started.payload.parent !== undefined ? started.seq : 0,
    memory: (key) => memoryTaint(own.info.state(), key, started.payload.memory === row.run ? 0 : started.seq),
  };

  const redactLine = (line: string): string => options.redactPiece?.(line) ?? options.redact(line);

  /** `over`: why the persona may do nothing at all now. */
  const requirePermit = (step: StepExecution, action: Action, settings: unknown, over: string | undefined): void => {
    const wanted = {
      action: action.name,
      settings: context.veil(settings),
      source: step.node.source?.text,
      secrets: secretsIn(settings),
      approved: () => isApproved(own.info.state(), step.key),
    };
    const refused =
      over === undefined
        ? refusal(wanted, step.persona, own.pinned.personas, options.personas())
        : { wanted: wantedName(wanted.action, wanted.settings), why: over };
    if (!refused) return;
    const { wanted: name } = refused;
    const why = options.redact(refused.why);
    const { persona } = step;
    step.durable.record({
      type: 'persona.refused',
      node: step.key,
      payload: { persona: persona ?? '', wanted: name, why },
    });
    throw new StagebookError({ code: 'persona.refused', message: why, retryable: false, data: { wanted: name } });
  };

  let isUndone = false;
  const context: PerformContext = {
    run: row.run,
    epoch: row.epoch,
    trusted: own.trusted,
    clock: options.clock,
    actions: options.actions,
    resolve: (setting, step, extra, output) => resolve(setting, step.scope, extra, output),
    reveal: (value) => (holdsHandle(value) ? mapHandles(value, (name) => options.secrets.read(name)) : undefined),
    veil: (value) => (holdsHandle(value) ? veil(value) : (value as Json)),
    redact: (value) => options.redact(value),
    permit: (step, action, settings) => {
      const now = step.persona === null ? undefined : options.personas().get(step.persona);
      const over = now && options.overBudget?.(now);
      if (over) return over.then((why) => requirePermit(step, action, settings, why));
      requirePermit(step, action, settings, undefined);
      return undefined;
    },
    stateOf: () => own.info.state(),
    taint: (step) => {
      const { with: settings, remember } = step.node.settings;
      if (settings === undefined && remember === undefined) return 0;
      return taintOf([settings ?? null, remember ?? null], step.scope, origins);
    },
    assumed: (step, besides) =>
      assumed(step.node.settings.with ?? null, step.scope, besides === undefined ? [] : [besides]),
    isAfterUndone: () => isUndone,
    isolation: async (step) => (await options.services(own.info, step.key).sandbox.level()).level,
    // One for each step: made field by field, since spreading costs more than all the rest of it.
    actionContext: (step, { key, earlierKeys, begunBefore, attempt, signal, answer }) => ({
      key,
      earlierKeys,
      begunBefore,
      attempt,
      signal,
      answer,
      node: step.key,
      persona: step.persona,
      tainted: () => closedBy(taintOf(step.node.settings.with ?? {}, step.scope, origins), own.info.state()),
      clock: options.clock,
      source: step.node.source,
      isRestricted: (file) => {
        const { persona } = step;
        return (
          persona !== null && isRestrictedFile(file, [own.pinned.personas[persona], options.personas().get(persona)])
        );
      },
      log: (line) => {
        own.output({ run: row.run, node: step.key, at: options.clock.now(), text: redactLine(line) });
      },
      run: own.info,
      services: own.trusted
        ? options.services(own.info, step.key)
        : { ...options.services(own.info, step.key), fetch: () => Promise.reject(notReached()) },
    }),
  };

  return {
    durable,
    primitives: options.primitives,
    by: started.payload.by,
    dryRun: row.dryRun,
    perform: (step) => perform(step, context),
    evaluate: (expression, scope, extra) => evaluate(expression, visible(expression, scope, extra)),
    seen: (expression, scope) => seenValues(expression, visible(expression, scope)),
    resolve: (setting, scope, extra) => resolve(setting, scope, extra) as Json,
    taint: (settings, scope, expressions) => taintOf(settings, scope, origins, expressions),
    assumed,
    undone: () => {
      isUndone = true;
    },
    seq: () => own.info.state().seq,
    digest: digestOf,
  };
}

/**
 * The values of the names an expression mentions, by their path without what every path has: the evidence of a check.
 * One value stands alone; what does not exist (and was asked about with has()) is left out.
 */
function seenValues(expression: string, values: JsonObject): Json {
  const seen: JsonObject = {};
  for (const path of references(expression).paths) {
    try {
      seen[path.replace(/^steps\./, '').replace(/\.output(?=\.|$)/, '')] = evaluate(path, values);
    } catch {
      continue;
    }
  }
  const all = Object.values(seen);
  return all.length === 1 ? all[0]! : seen;
}

/** Names of the secrets among settings. */
function secretsIn(value: unknown): string[] {
  if (value instanceof SecretHandle) return [value.name];
  if (!holdsHandle(value)) return [];
  return Object.values(value as object).flatMap(secretsIn);
}

/** Whether there is a secret anywhere in a value: in most there is none, and then nothing has to be copied. */
function holdsHandle(value: unknown): boolean {
  if (value instanceof SecretHandle) return true;
  if (typeof value !== 'object' || value === null) return false;
  for (const name in value) if (holdsHandle((value as Record<string, unknown>)[name])) return true;
  return false;
}

/** A copy of a value with each secret handle replaced. */
async function mapHandles(value: unknown, read: (name: string) => Promise<string>): Promise<unknown> {
  if (value instanceof SecretHandle) return read(value.name);
  if (Array.isArray(value)) return Promise.all(value.map((item) => mapHandles(item, read)));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(async ([key, item]) => [key, await mapHandles(item, read)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

function veil(value: unknown): Json {
  if (value instanceof SecretHandle) return `secret(${value.name})`;
  if (Array.isArray(value)) return value.map(veil);
  if (typeof value !== 'object' || value === null) return (value ?? null) as Json;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, veil(item)]));
}
