import { isEvidence, type Evidence as Looked } from '../../incident/evidence-shape.ts';
import { isObject, type Json } from '../../json.ts';
import type { NodeKey } from '../../workflow/definition.ts';
import type { RunEvent } from '../event.ts';
import { evidenceOf, sentence, type Draft, type Evidence, type Lines } from './line.ts';
import type { Teller } from './teller.ts';

/** How the parts of a workflow are told: their ends, their effects and what was settled on the way. */
export const nodeLines: Lines = {
  'node.started': ({ node, payload, attempt }, teller) =>
    payload.role === 'stage'
      ? {
          kind: 'status',
          actor: teller.persona(node, payload.persona),
          fact: `began “${teller.title(node)}”${attempt > 1 ? ` again (attempt ${attempt})` : ''}`,
        }
      : undefined,
  'node.completed': ({ node, payload }, teller) => completed(node, payload, teller),
  'node.failed': (event, teller) => failed(event, teller),
  'node.cancelled': ({ node }, teller) => ({
    kind: 'status',
    fact: `“${teller.title(node)}” was stopped`,
    shown: teller.role(node) === 'stage',
  }),
  'node.skipped': ({ node, payload }, teller) => ({
    kind: payload.signature ? 'decision' : 'status',
    ...(payload.signature && { actor: { kind: 'person', name: payload.signature.person } as const }),
    fact: `“${teller.title(node)}” was skipped: ${sentence(payload.reason)}`,
    shown: payload.signature !== undefined || teller.role(node) === 'stage',
  }),
  'node.unknown': ({ node, payload }, teller) => ({
    kind: 'finding',
    actor: teller.persona(node, payload.step.persona),
    fact: `nobody knows yet whether “${teller.title(node)}” took effect: ${sentence(payload.failure.message)}`,
    evidence: [{ of: 'action', value: payload.step.action }],
  }),
  'effect.verified': ({ node, payload }, teller) => ({
    kind: 'finding',
    fact: `asked again, “${teller.title(node)}” ${VERDICTS[payload.verdict]}`,
    evidence: payload.why === undefined ? [] : [{ of: 'answer', value: payload.why }],
  }),
  'decision.made': ({ node, payload }, teller) =>
    payload.transient || payload.name === 'assumed'
      ? undefined
      : {
          kind: 'decision',
          fact: `“${teller.title(node)}” settled its ${payload.name}`,
          evidence: [{ of: payload.name, value: payload.value }],
          shown: false,
        },
  'timer.fired': ({ node, payload }, teller) => ({
    kind: 'status',
    fact: `the time of “${teller.title(node)}” (${payload.name}) came`,
    shown: false,
  }),
};

const VERDICTS = {
  done: 'did take effect',
  'not-done': 'did not take effect',
  unsure: 'still cannot be known',
} as const;

/** A step's end is news when it did something to the world or found out what the run goes on with; a container's is none. */
function completed(node: NodeKey, payload: RunEvent<'node.completed'>['payload'], teller: Teller): Draft | undefined {
  const { step, remember, assumed } = payload;
  const actor = teller.persona(node, step?.persona);
  const title = teller.title(node);
  if (assumed === 'preview' || assumed === 'placeholder') return foretold(node, payload, teller);
  const kept: Evidence[] = Object.entries(remember ?? {}).map(([of, value]) => ({ of, value }));
  if (!step) {
    if (kept.length > 0) return { kind: 'finding', actor, fact: `found out by “${title}”`, evidence: kept };
    return teller.role(node) === 'stage' ? { kind: 'status', actor, fact: `finished “${title}”` } : undefined;
  }
  const looked = lookedAt(payload.output);
  if (looked) {
    const shown = looked.digest === '' ? teller.isFirstGap(looked.finding) : teller.saysAnew(node, looked.finding);
    return { kind: 'finding', actor, fact: sentence(looked.finding), evidence: evidenceLines(looked), shown };
  }
  const did: Evidence[] = [{ of: 'action', value: step.action }];
  const unsent = whyNotSent(payload.output);
  if (unsent !== undefined) return { kind: 'finding', actor, fact: `“${title}” told nobody: ${unsent}`, evidence: did };
  const isEffect = step.effect === 'write' || step.effect === 'irreversible';
  if (isEffect) {
    const evidence = [...did, ...(kept.length > 0 ? kept : evidenceOf('result', payload.output))];
    return {
      kind: 'effect',
      actor,
      fact: `did “${title}”`,
      evidence,
      shown: !/^(?:page|incident)\./.test(step.action),
    };
  }
  if (kept.length > 0) {
    const evidence = [...did, ...kept];
    // What is worked out from findings is told when the incident's state says it.
    return { kind: 'finding', actor, fact: `found out by “${title}”`, evidence, shown: !isAboutIncident(step.action) };
  }
  const evidence = [...did, ...evidenceOf('result', payload.output)];
  return { kind: 'finding', actor, fact: `looked by “${title}”`, evidence, shown: false };
}

/** What a dry run came by: a step says with what it would be done, and a stage that all in it was gone through. */
function foretold(node: NodeKey, { step }: RunEvent<'node.completed'>['payload'], teller: Teller): Draft | undefined {
  const title = teller.title(node);
  const actor = teller.persona(node, step?.persona);
  if (!step) return teller.role(node) === 'stage' ? { kind: 'status', actor, fact: `showed “${title}”` } : undefined;
  const evidence = [{ of: 'action', value: step.action }, ...evidenceOf('with', step.with)];
  const acts = step.effect === 'write' || step.effect === 'irreversible';
  return { kind: 'status', actor, fact: `would do “${title}”`, evidence, shown: acts };
}

const isAboutIncident = (action: string): boolean => action.startsWith('incident.');

/** A message that nobody was configured to get did nothing to the world. */
function whyNotSent(output: Json): string | undefined {
  if (!isObject(output) || output.queued !== false || typeof output.reason !== 'string') return undefined;
  return sentence(output.reason);
}

/** A failure is told where it happened, by the stage it ended, and by the retrying that gave up on it. */
function failed(event: RunEvent<'node.failed'>, teller: Teller): Draft | undefined {
  const { node, payload } = event;
  const first = teller.isFirst(event);
  const role = teller.role(node);
  // A gate has said for itself why it was rejected.
  const isNews = first ? payload.failure.code !== 'gate.rejected' : role === 'retry';
  if (role !== 'stage' && !isNews) return undefined;
  return {
    kind: role === 'stage' ? 'status' : 'finding',
    actor: teller.persona(node, payload.step?.persona),
    fact: `“${teller.title(node)}” failed: ${sentence(payload.failure.message)}`,
    evidence: [{ of: 'code', value: payload.failure.code }],
    // A try that another may follow is no news yet.
    shown: role === 'stage' || !first || !node.includes('#'),
  };
}

/** The evidence of a look at a running system, where that is what an output holds. */
function lookedAt(output: Json): Looked | undefined {
  return isObject(output) && isEvidence(output.evidence) ? output.evidence : undefined;
}

function evidenceLines({ source, query, from, to, digest, link }: Looked): Evidence[] {
  return [
    { of: source, value: query },
    { of: from === null ? 'at' : 'from', value: from === null ? to : `${from} to ${to}` },
    ...(/^https?:/.test(link) ? [{ of: 'link', link }] : []),
    digest === '' ? { of: 'gap', value: 'no answer' } : { of: 'digest', value: digest.slice(0, 16) },
  ];
}
