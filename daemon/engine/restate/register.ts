import { setTimeout as sleep } from 'node:timers/promises';
import { fail, StagebookError } from '../../../shared/failure.ts';

const WITHIN_MS = 30_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Tells a Restate to call workers at `uri`, at one of its admin addresses, and asks again for as long as none of them can.
 * `onProblem` is told once of that. Throws `restate.refused`, or the signal's reason.
 */
export async function registerAt(
  admins: readonly string[],
  uri: string,
  signal: AbortSignal,
  onProblem: (problem: string) => void = () => undefined,
): Promise<void> {
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await registerOnce(admins, uri, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof StagebookError && error.failure.retryable)) throw error;
      if (pause === FIRST_PAUSE_MS) onProblem(`${error.message} It is asked again until it takes the worker.`);
    }
    await sleep(pause, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

async function registerOnce(admins: readonly string[], uri: string, signal: AbortSignal): Promise<void> {
  const where = admins.join(' or ');
  let trouble = fail(
    'unavailable',
    'restate.unreachable',
    `Nobody answers at ${where}. Start Restate, or set its admin address.`,
  );
  for (const admin of admins) {
    let answer: Response;
    let text: string;
    try {
      answer = await fetch(`${admin}/deployments`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ uri, force: true }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)]),
      });
      text = await answer.text();
    } catch {
      continue;
    }
    if (answer.ok) return;
    // A node that is just coming back, or cannot reach the others, answers with 5xx; so does one that cannot reach the worker.
    const kind = answer.status >= 500 || answer.status === 429 ? 'unavailable' : 'invalid';
    const remedy = remedyOf(answer.status, text);
    trouble = fail(
      kind,
      'restate.refused',
      `Restate at ${admin} does not take the worker at ${uri}. ${remedy} It says: ${text}`,
    );
    if (kind === 'invalid') break;
  }
  throw trouble;
}

/** What to look at first. The worker answers whoever has not one of its identity keys with 401, which Restate passes on. */
function remedyOf(status: number, text: string): string {
  if (text.includes("'401 Unauthorized'")) {
    return 'It has another key than restate.identity says: put the public key there that Restate prints when it starts, or give Restate that identity.';
  }
  if (status < 500) return 'Is it the admin address of Restate that stands under restate.admin?';
  return 'Can it reach that address? It is restate.worker.uri.';
}
