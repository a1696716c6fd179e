import { z } from 'zod';
import { fail, toFailure } from '../../shared/failure.ts';
import type { Json, JsonObject } from '../../shared/json.ts';
import type { CheckResult, Signature, SignOffRequest } from '../../shared/run/event.ts';
import { signOffRequest } from '../../shared/run/sign-offs.ts';
import type { Node } from '../../shared/workflow/definition.ts';
import { parseDuration } from '../../shared/workflow/duration.ts';
import { childrenOf, definePrimitive, splitOtherwise, type Execution } from './primitive.ts';

interface Settings {
  'on-reject'?: 'fail' | 'continue' | undefined;
}

/** Requirements and agreements before what follows (language.md, Gates). */
export const gate = definePrimitive<Settings>({
  role: 'gate',
  summary: 'What must hold and who must agree before anything after it begins.',
  work: true,
  settings: z.strictObject({
    id: z.string().optional(),
    'on-reject': z
      .enum(['fail', 'continue'])
      .optional()
      .meta({ description: 'Whether the run fails, as it does when it is left out, or goes on.' }),
  }),
  literal: ['on-reject'],
  body: { kind: 'only', roles: ['check', 'sign-off'], min: 1, last: 'otherwise' },
  siblings: 'in-order',
  after: () => 'maybe',
  output: () => ({
    type: 'object',
    properties: {
      passed: { type: 'boolean' },
      checks: { type: 'array', items: { type: 'object' } },
      signatures: { type: 'array', items: { type: 'object' } },
    },
    required: ['passed', 'checks', 'signatures'],
  }),
  async run(x) {
    const opened = await x.durable.once('gate.opened', x.key, () => open(x));
    const signatures: Signature[] = [];
    const decided = x.dryRun ? foretell(x, opened) : await decide(x, opened, signatures);
    const closed = await x.durable.once('gate.closed', x.key, () => decided);
    if (closed.assumed) x.assume();
    const output = { passed: closed.passed, checks: opened.checks, signatures } as unknown as JsonObject;
    if (closed.passed) return output;
    const { otherwise } = splitOtherwise(x.node);
    if (otherwise) await x.child(otherwise);
    if (x.settings['on-reject'] === 'continue') return output;
    throw fail('invalid', 'gate.rejected', `The gate “${x.node.title || x.node.id}” was rejected: ${closed.why}.`, {
      data: output,
    });
  },
});

function open(x: Execution<Settings>) {
  const checks = childrenOf(x.node, 'check').map((check) => evaluate(x, check));
  const signOffs = childrenOf(x.node, 'sign-off').map((signOff) => request(signOff, x.durable.now()));
  const title = x.node.title || x.node.id;
  const digest = x.digest({ title, checks, signOffs } as unknown as Json);
  return { title, checks, signOffs, digest, ...(x.dryRun ? { assumed: true as const } : {}) };
}

/** So much of what a check saw is told where a gate is rejected; its table has the rest. */
const MOST_SEEN = 300;

/** An evaluation error counts as not held. */
function evaluate(x: Execution<Settings>, check: Node): CheckResult {
  const that = String(check.settings.that);
  const named = { id: check.id, title: check.title || check.id, that };
  const degree = x.assumed(that);
  if (degree === 'placeholder') return { ...named, saw: {}, held: false, assumed: 'unknown' };
  const result = { ...named, saw: x.seen(that), ...(degree === undefined ? {} : { assumed: 'now' as const }) };
  try {
    return { ...result, held: x.evaluate(that) === true };
  } catch (error) {
    if (degree !== undefined) return { ...named, saw: {}, held: false, assumed: 'unknown' };
    return { ...result, held: false, error: toFailure(error).message };
  }
}

function request(node: Node, now: number): SignOffRequest {
  const { timeout } = node.settings;
  const deadline = typeof timeout === 'string' ? { deadline: now + parseDuration(timeout) } : {};
  return { ...signOffRequest(node), ...deadline };
}

/**
 * What becomes of a gate in a dry run, which asks nobody and stops at none: what needs no person and nothing that was not done
 * is decided as ever, and a rejection that is certain is said.
 */
function foretell(x: Execution<Settings>, { checks, signOffs }: { checks: CheckResult[]; signOffs: SignOffRequest[] }) {
  const failed = checks.filter(({ held, assumed }) => !held && !assumed);
  const reasons = failed.map(explain).join('; ');
  if (failed.length > 0 && x.settings['on-reject'] === 'continue') return { passed: false, why: reasons };
  const assumed = { passed: true, assumed: true } as const;
  if (failed.length > 0) return { ...assumed, why: `it would be rejected: ${reasons}. A dry run stops at no gate` };
  if (signOffs.length > 0) return { ...assumed, why: 'a dry run asks nobody and stops at no gate' };
  if (checks.every(({ held, assumed: how }) => held && how === undefined))
    return { passed: true, why: whyPassed({ checks, signOffs }) };
  return { ...assumed, why: 'what it judges, or what comes before that, was not done, and a dry run stops at no gate' };
}

/** Any failed check rejects before anyone is asked. Persons count, not devices; one refusal or a timeout rejects. */
async function decide(
  x: Execution<Settings>,
  opened: { checks: CheckResult[]; signOffs: SignOffRequest[] },
  signatures: Signature[],
): Promise<{ passed: boolean; why: string }> {
  const failed = opened.checks.filter((check) => !check.held);
  if (failed.length > 0) return { passed: false, why: failed.map(explain).join('; ') };
  const agreed = new Map(opened.signOffs.map((signOff) => [signOff.id, new Set<string>()]));
  const missing = (): SignOffRequest[] =>
    opened.signOffs.filter((signOff) => agreed.get(signOff.id)!.size < signOff.people);
  for (let n = 0; missing().length > 0; n += 1) {
    // Who has agreed did so in time: only what is still missing can be late.
    const [next] = missing().toSorted((a, b) => (a.deadline ?? Infinity) - (b.deadline ?? Infinity));
    const message = await x.durable.message(x.key, n, next!.deadline, x.signal);
    if (message === 'elapsed') return { passed: false, why: `nobody agreed in time (${next!.title})` };
    if (message.type === 'gate.refused') {
      const { signature, reason } = message.payload;
      return { passed: false, why: `${signature.person} refused${reason ? `: ${reason}` : ''}` };
    }
    if (message.type === 'gate.signed') {
      signatures.push(message.payload.signature);
      agreed.get(message.payload.signOff)?.add(message.payload.signature.person);
    }
  }
  return { passed: true, why: whyPassed(opened) };
}

/** Says only of what there was: a gate without checks held none, and one without sign-offs asked nobody. */
function whyPassed({ checks, signOffs }: { checks: CheckResult[]; signOffs: SignOffRequest[] }): string {
  const held = checks.length === 0 ? [] : [checks.length === 1 ? 'its check held' : 'all checks held'];
  const agreed = signOffs.length === 0 ? [] : ['everyone asked agreed'];
  return [...held, ...agreed].join(' and ');
}

function explain({ title, error, saw }: CheckResult): string {
  if (error !== undefined) return `${title} (${error})`;
  const seen = JSON.stringify(saw);
  // One that names nothing has looked at nothing.
  if (seen === '{}') return title;
  return `${title} (saw ${seen.length > MOST_SEEN ? `${seen.slice(0, MOST_SEEN)}…` : seen})`;
}
