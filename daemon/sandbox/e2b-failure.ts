import { fail, StagebookError } from '../../shared/failure.ts';

/** What went wrong at E2B, in words of ours. `doing` says what for, as it follows “E2B could not”. */
export function e2bFailure(error: unknown, doing: string, keyName: string): StagebookError {
  if (error instanceof StagebookError) return error;
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const status = statusOf(error);
  const said = `E2B could not ${doing}: ${message.trim().replace(/\.$/, '')}.`;
  const more = { cause: error };
  if (name === 'AuthenticationError' || status === 401 || status === 403) {
    const remedy = `Make a key at e2b.dev, and give it to Stagebook as the secret ${keyName}.`;
    return fail('denied', 'sandbox.key', `E2B refuses the key (${keyName}). ${said} ${remedy}`, more);
  }
  if (name === 'RateLimitError' || status === 429) {
    const remedy = 'Wait until others of your sandboxes have ended, or raise your limit at e2b.dev.';
    return fail('rate-limit', 'sandbox.quota', `${said} ${remedy}`, more);
  }
  if (status === 402) {
    const remedy = 'Your plan at e2b.dev does not cover it: look there at usage and billing.';
    return fail('denied', 'sandbox.quota', `${said} ${remedy}`, more);
  }
  if (name === 'NotEnoughSpaceError') {
    return fail('invalid', 'sandbox.too_big', `${said} Give it less, or a template with more space.`, more);
  }
  if (name === 'TimeoutError' && !/request timed out/i.test(message)) return expired(more);
  if (name === 'NotFoundError' || name === 'SandboxNotFoundError') return expired(more);
  if (status === 404 || status === 400) {
    const remedy = 'Mend sandbox.e2b in config.yaml: template and addresses.';
    return fail('invalid', 'sandbox.e2b_settings', `${said} ${remedy}`, more);
  }
  if (name === 'TimeoutError' || name === 'AbortError') {
    return fail('timeout', 'sandbox.no_answer', 'E2B did not answer in time. Try again.', more);
  }
  if (name === 'ServiceBusyError' || (status !== undefined && status >= 500)) {
    return fail('unavailable', 'sandbox.busy', `${said} Try again in a while.`, more);
  }
  if (name === 'TypeError' || /fetch failed|socket|ECONN|terminated/i.test(message)) {
    const where = 'Look at the network, and at sandbox.e2b in config.yaml.';
    return fail('network', 'sandbox.lost', `The connection to E2B is gone. ${said} ${where}`, more);
  }
  return fail('unavailable', 'sandbox.failed', `${said} Try again; “stagebook doctor” shows what is in force.`, more);
}

/** The sandbox ended before the code did. */
export function expired(more: { cause?: unknown } = {}): StagebookError {
  return fail(
    'unavailable',
    'sandbox.expired',
    'The E2B sandbox ended while the code was running in it: somebody ended it, or its plan allows no longer. Try again, or do less at once.',
    more,
  );
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('statusCode' in error && typeof error.statusCode === 'number') return error.statusCode;
  const written = error instanceof Error ? /^([45]\d\d)\b/.exec(error.message)?.[1] : undefined;
  return written === undefined ? undefined : Number(written);
}
