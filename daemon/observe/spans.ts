import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
  type Attributes,
  type Tracer,
} from '@opentelemetry/api';
import type { IdGenerator } from '@opentelemetry/sdk-trace';
import { isObject } from '../../shared/json.ts';
import type { Ended } from './ended.ts';
import { parentKey, spanId, traceId } from './trace-ids.ts';

/** Gives the ids that are planned for the next span, and chance is nowhere in them. */
export interface PlannedIds extends IdGenerator {
  plan(ids: { trace: string; span: string }): void;
}

export function plannedIds(): PlannedIds {
  let next = { trace: '', span: '' };
  return { plan: (ids) => void (next = ids), generateTraceId: () => next.trace, generateSpanId: () => next.span };
}

/**
 * Writes a span for every piece of work that ended: run, stage, step and the other parts, each attempt and iteration, and
 * each call of a tool. Attributes are those of OpenTelemetry's conventions for pipelines (`cicd.*`), tools (`gen_ai.*`,
 * `mcp.*`) and errors; what they have no word for begins with `stagebook.`. Outputs and settings are no part of them.
 */
export function createSpans(tracer: Tracer, ids: PlannedIds): (ended: Ended) => void {
  const write = ({ run, stretch }: Ended, span: Span): void => {
    const trail = traceId(run);
    ids.plan({ trace: trail, span: spanId(run, stretch, span.key) });
    const parent = span.parent === undefined ? undefined : spanId(run, stretch, span.parent);
    const context = parent
      ? trace.setSpanContext(ROOT_CONTEXT, { traceId: trail, spanId: parent, traceFlags: TraceFlags.SAMPLED })
      : ROOT_CONTEXT;
    const { name, kind = SpanKind.INTERNAL, attributes, startedAt, endedAt, failure } = span;
    const open = tracer.startSpan(name, { kind, attributes, startTime: startedAt }, context);
    if (failure !== undefined) open.setStatus({ code: SpanStatusCode.ERROR, message: failure });
    open.end(endedAt);
  };
  return (ended) => {
    for (const span of spansOf(ended)) write(ended, span);
  };
}

interface Span {
  key: string;
  /** The key of what it is inside; absent for a run. */
  parent?: string;
  name: string;
  kind?: SpanKind;
  attributes: Attributes;
  startedAt: number;
  endedAt: number;
  failure?: string;
}

const RESULTS: Readonly<Record<Ended['outcome'], string>> = {
  completed: 'success',
  failed: 'failure',
  cancelled: 'cancellation',
  skipped: 'skip',
  suspended: 'error',
};

function* spansOf(ended: Ended): Generator<Span> {
  const times = { startedAt: ended.startedAt, endedAt: ended.endedAt };
  const failure = ended.outcome === 'failed' ? { failure: ended.code ?? 'failed' } : {};
  if (ended.role === 'run') {
    yield { key: '', name: `run ${ended.workflow}`, attributes: runAttributes(ended), ...times, ...failure };
    return;
  }
  const parent = parentKey(ended.node);
  const attributes = nodeAttributes(ended);
  const mark = /(?:#(\d+)|\[(\d+)\])$/.exec(parent);
  if (mark) {
    const [, attempt, iteration] = mark;
    const name = attempt === undefined ? `iteration ${iteration}` : `attempt ${attempt}`;
    const number =
      attempt === undefined ? { 'stagebook.iteration': Number(iteration) } : { 'stagebook.attempt': Number(attempt) };
    yield {
      key: parent,
      parent: parentKey(parent),
      name,
      attributes: { ...attributes, ...number },
      ...times,
      ...failure,
    };
  }
  yield { key: ended.node, parent, name: `${ended.role} ${ended.title}`, attributes, ...times, ...failure };
  const tool = toolOf(ended);
  if (tool)
    yield { key: `${ended.node}!tool`, parent: ended.node, kind: SpanKind.CLIENT, ...tool, ...times, ...failure };
}

function runAttributes({ workflow, run, outcome, dryRun, stretch, code }: Ended): Attributes {
  return {
    'cicd.pipeline.name': workflow,
    'cicd.pipeline.run.id': run,
    'cicd.pipeline.result': RESULTS[outcome],
    'stagebook.stretch': stretch,
    'stagebook.dry_run': dryRun,
    ...(code === undefined ? {} : { 'error.type': code }),
  };
}

function nodeAttributes({ workflow, run, node, role, title, outcome, persona, step, dryRun, code }: Ended): Attributes {
  return {
    'cicd.pipeline.name': workflow,
    'cicd.pipeline.run.id': run,
    'cicd.pipeline.task.name': title,
    'cicd.pipeline.task.run.id': node,
    'cicd.pipeline.task.run.result': RESULTS[outcome],
    'stagebook.role': role,
    'stagebook.dry_run': dryRun,
    ...(persona === undefined ? {} : { 'stagebook.persona': persona }),
    ...(step ? { 'stagebook.action': step.action, 'stagebook.effect': step.effect } : {}),
    ...(step?.sandbox === undefined ? {} : { 'stagebook.sandbox': step.sandbox }),
    ...(code === undefined ? {} : { 'error.type': code }),
  };
}

/** A step that calls a tool of an MCP server is a call of its own, as its server would see it. */
function toolOf({ step }: Ended): Pick<Span, 'name' | 'attributes'> | undefined {
  if (step?.action !== 'mcp.call' || !isObject(step.with)) return undefined;
  const { server, tool } = step.with;
  if (typeof server !== 'string' || typeof tool !== 'string') return undefined;
  return {
    name: `execute_tool ${tool}`,
    attributes: {
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': tool,
      'mcp.method.name': 'tools/call',
      'stagebook.server': server,
    },
  };
}
