import { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import { readJson } from '../../shared/read-json.ts';
import { parseDuration } from '../../shared/workflow/duration.ts';
import { length } from '../telemetry-sources/time.ts';
import { defineAction, type ActionContext, type ProcessResult } from './action.ts';

const name = z.string().regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, 'is no name of Kubernetes');
const where = {
  namespace: name.default('default'),
  deployment: name,
  context: z
    .string()
    .regex(/^[^-\s]\S*$/)
    .optional()
    .meta({ description: 'Of the kubeconfig; the current one when left out.' }),
  kubeconfig: z.string().optional().meta({ description: 'The file with the clusters; kubectl’s own when left out.' }),
};
interface Where {
  namespace: string;
  deployment: string;
  context?: string | undefined;
  kubeconfig?: string | undefined;
}

const NOT_SENT =
  /connection refused|connection to the server .* was refused|no such host|i\/o timeout|network is unreachable|no route to host|unable to connect to the server/i;

const WANTS_LOGIN =
  /\(Unauthorized\)|must be logged in|getting credentials|no Auth Provider found|asked for the client to provide/i;

/** The line that says what went wrong: warnings, and the log lines of what kubectl is built of, stand before it. */
function whyOf({ stdout, stderr }: ProcessResult): string {
  const lines = (stderr.trim() || stdout.trim()).split('\n').map((line) => line.trim());
  const own = lines.filter((line) => line !== '' && !/^(?:warning:|[IWE]\d{4} \d)/i.test(line));
  return own.find((line) => /^(?:error|unable to|the connection)\b/i.test(line)) ?? own[0] ?? lines[0] ?? '';
}

/** Runs kubectl by argv in a clean environment. Throws `kubernetes.*` when it does not end well. */
async function kubectl(
  at: Where,
  args: readonly string[],
  context: ActionContext,
  timeoutMs = 60_000,
  accepted: (result: ProcessResult) => boolean = ({ exitCode }) => exitCode === 0,
): Promise<ProcessResult> {
  const argv = [
    'kubectl',
    `--namespace=${at.namespace}`,
    ...(at.context === undefined ? [] : [`--context=${at.context}`]),
    ...(at.kubeconfig === undefined ? [] : [`--kubeconfig=${at.kubeconfig}`]),
    ...args,
  ];
  const result = await context.services.process.run(argv, { signal: context.signal, timeoutMs });
  if (accepted(result)) return result;
  const said = whyOf(result).slice(0, 500);
  const message = `kubectl ${args.slice(0, 2).join(' ')} failed: ${said}`;
  if (result.signal !== undefined) {
    throw fail(
      'unavailable',
      'kubernetes.lost',
      `kubectl ${args.slice(0, 2).join(' ')} was ended before it answered. Run it by hand: the cluster may not answer, or kubectl may wait for a login.`,
    );
  }
  if (/\(NotFound\)|unable to find container/i.test(said)) throw fail('not-found', 'kubernetes.not_found', message);
  if (/\(Forbidden\)/i.test(said)) throw fail('denied', 'kubernetes.denied', message);
  if (WANTS_LOGIN.test(said)) {
    // Without being let in nothing was written.
    const failure = fail('denied', 'kubernetes.denied', `${message}. Log in to the cluster, then go on with the run.`);
    failure.failure.unanswered = false;
    throw failure;
  }
  if (/\(Conflict\)/.test(said)) throw fail('locked', 'kubernetes.conflict', message);
  if (NOT_SENT.test(said)) {
    // kubectl reads before it writes: when it does not get there, nothing was written.
    const failure = fail('unavailable', 'kubernetes.unreachable', `${message}. Check the cluster and the kubeconfig.`);
    failure.failure.unanswered = false;
    throw failure;
  }
  throw fail('invalid', 'kubernetes.refused', message);
}

const deploymentShape = z.object({
  metadata: z.object({ generation: z.number(), annotations: z.record(z.string(), z.string()).default({}) }),
  spec: z.object({
    replicas: z.number().default(1),
    template: z.object({
      spec: z.object({ containers: z.array(z.object({ name: z.string(), image: z.string() })) }),
    }),
  }),
  status: z
    .object({
      observedGeneration: z.number().default(0),
      updatedReplicas: z.number().default(0),
      availableReplicas: z.number().default(0),
      replicas: z.number().default(0),
      conditions: z
        .array(
          z.object({
            type: z.string(),
            status: z.string(),
            reason: z.string().default(''),
            message: z.string().default(''),
          }),
        )
        .default([]),
    })
    .default({ observedGeneration: 0, updatedReplicas: 0, availableReplicas: 0, replicas: 0, conditions: [] }),
});
type Deployment = z.infer<typeof deploymentShape>;

async function deploymentOf(at: Where, context: ActionContext): Promise<Deployment> {
  const { stdout } = await kubectl(at, ['get', 'deployment', at.deployment, '--output=json'], context);
  const read = deploymentShape.safeParse(jsonIn(stdout));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const what = issue!.path.length === 0 ? 'it is no JSON' : `${issue!.path.join('.')}: ${issue!.message}`;
  throw fail(
    'invalid',
    'kubernetes.not_understood',
    `kubectl gave a deployment that is not understood here (${what}). Run kubectl get deployment ${at.deployment} --namespace=${at.namespace} --output=json by hand to see it.`,
  );
}

/** Undefined for what is no JSON, such as what a program around kubectl says of itself. */
function jsonIn(text: string): unknown {
  try {
    return readJson(text);
  } catch {
    return undefined;
  }
}

const revisionOf = ({ metadata }: Deployment): string =>
  metadata.annotations['deployment.kubernetes.io/revision'] ?? '';

function imageOf({ spec }: Deployment, container: string): string {
  const found = spec.template.spec.containers.find((one) => one.name === container);
  if (found) return found.image;
  const there = spec.template.spec.containers.map((one) => one.name).join(', ');
  throw fail(
    'not-found',
    'kubernetes.no_container',
    `The deployment has no container “${container}”. It has: ${there}.`,
  );
}

const setInput = z.strictObject({
  ...where,
  container: name,
  image: z.string().regex(/^[^-\s][^\s]*$/, 'is no name of an image'),
});
const setOutput = z.object({
  image: z.string(),
  previous: z.string().meta({ description: 'The image before; empty when it was found done.' }),
  revision: z.string().meta({ description: 'Before the change: what a roll-back goes back to.' }),
  changed: z.boolean(),
});

export const kubernetesSetImage = defineAction<z.infer<typeof setInput>, z.infer<typeof setOutput>>({
  name: 'kubernetes.set_image',
  summary: 'Gives a container of a deployment another image, which begins a roll-out.',
  effect: 'write',
  input: setInput,
  output: setOutput,
  touches: { paths: ['kubeconfig'], programs: ['kubectl'] },
  async run(settings, context) {
    const { container, image, deployment } = settings;
    const before = await deploymentOf(settings, context);
    const previous = imageOf(before, container);
    if (previous !== image) {
      await kubectl(settings, ['set', 'image', `deployment/${deployment}`, `${container}=${image}`], context);
    }
    return { image, previous, revision: revisionOf(before), changed: previous !== image };
  },
  async verify(settings, context) {
    const now = await deploymentOf(settings, context);
    if (imageOf(now, settings.container) !== settings.image) return { is: 'not-done' };
    return { is: 'done', result: { image: settings.image, previous: '', revision: '', changed: true } };
  },
});

const statusInput = z.strictObject({
  ...where,
  within: length.default('300s').meta({ description: 'How long it is waited for.' }),
});
const statusOutput = z.object({
  complete: z.boolean(),
  said: z.string(),
  revision: z.string(),
  desired: z.int(),
  updated: z.int(),
  available: z.int(),
});

export const kubernetesRolloutStatus = defineAction<z.infer<typeof statusInput>, z.infer<typeof statusOutput>>({
  name: 'kubernetes.rollout_status',
  summary: 'Waits for the roll-out of a deployment and says whether it is complete.',
  effect: 'read',
  input: statusInput,
  output: statusOutput,
  touches: { paths: ['kubeconfig'], programs: ['kubectl'] },
  async run(settings, context) {
    const { deployment, within } = settings;
    const withinMs = parseDuration(within);
    const seconds = Math.max(1, Math.round(withinMs / 1000));
    // That it is not complete is a result: the gate decides.
    const undecided = ({ exitCode, stderr }: ProcessResult): boolean =>
      exitCode === 0 || /timed out waiting|exceeded its progress deadline/.test(stderr);
    const result = await kubectl(
      settings,
      ['rollout', 'status', `deployment/${deployment}`, `--timeout=${seconds}s`],
      context,
      withinMs + 30_000,
      undecided,
    );
    const now = await deploymentOf(settings, context);
    return {
      complete: result.exitCode === 0,
      said: (result.exitCode === 0 ? result.stdout : result.stderr).trim().split('\n').at(-1)!.slice(0, 500),
      revision: revisionOf(now),
      desired: now.spec.replicas,
      updated: now.status.updatedReplicas,
      available: now.status.availableReplicas,
    };
  },
});

const undoInput = z.strictObject({
  ...where,
  to_revision: z
    .string()
    .regex(/^\d*$/, 'is no number of a revision')
    .default('')
    .meta({ description: 'Where back to; the one before when empty, which cannot be verified.' }),
});
const undoOutput = z.object({
  said: z.string(),
  from: z.string(),
  to: z.string().meta({ description: 'The number of the new revision.' }),
});

export const kubernetesRolloutUndo = defineAction<z.infer<typeof undoInput>, z.infer<typeof undoOutput>>({
  name: 'kubernetes.rollout_undo',
  summary: 'Rolls a deployment back to an earlier revision.',
  effect: 'write',
  input: undoInput,
  output: undoOutput,
  touches: { paths: ['kubeconfig'], programs: ['kubectl'] },
  async run(settings, context) {
    const { deployment, to_revision: to } = settings;
    const before = await deploymentOf(settings, context);
    const args = ['rollout', 'undo', `deployment/${deployment}`, ...(to === '' ? [] : [`--to-revision=${to}`])];
    const { stdout } = await kubectl(settings, args, context);
    const after = await deploymentOf(settings, context);
    return { said: stdout.trim().slice(0, 500), from: revisionOf(before), to: revisionOf(after) };
  },
  async verify(settings, context) {
    const { deployment, to_revision: to } = settings;
    if (to === '') return { is: 'unsure', why: 'Without a revision nobody can tell one roll-back from two.' };
    // A revision that is rolled back to gets a new number: the old one is gone from the history.
    const { stdout } = await kubectl(settings, ['rollout', 'history', `deployment/${deployment}`], context);
    const still = stdout.split('\n').some((line) => line.split(/\s+/)[0] === to);
    if (still) return { is: 'not-done' };
    const now = revisionOf(await deploymentOf(settings, context));
    return { is: 'done', result: { said: 'found rolled back', from: '', to: now } };
  },
});
