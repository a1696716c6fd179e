import { fail, StagebookError } from '../../shared/failure.ts';
import type { ChosenModel } from './models.ts';

const TOO_LONG =
  /context (length|window|size)|too long|maximum context|exceed\w* .{0,40}(context|tokens)|too many tokens/i;

/** What a model's provider answered instead of a turn, in words of ours. */
export function modelFailure(error: unknown, { name, keyName, url }: ChosenModel): StagebookError {
  if (error instanceof StagebookError) return error;
  const { message, status, headers } = detailsOf(error);
  const said = `The model “${name}” could not answer: ${message.replace(/\.$/, '')}.`;
  const more = { cause: error };
  if (status === 401 || status === 403) {
    const which = keyName === undefined ? 'a key: name its secret in config.yaml' : `the secret ${keyName}`;
    return fail('denied', 'agent.key', `${said} Its provider wants ${which}. Set the right one, then resume.`, more);
  }
  if (status === 429) {
    const after = headers?.['retry-after'];
    const wait = after === undefined ? 'a while' : `${after} s`;
    return fail(
      'rate-limit',
      'agent.rate_limit',
      `${said} Wait ${wait}, or ask its provider for a higher limit.`,
      more,
    );
  }
  if ((status === 400 || status === 413 || status === 422) && TOO_LONG.test(message)) {
    const remedy = 'Give the step less in "about", fewer tools, or a model that reads more.';
    return fail('invalid', 'agent.context_overflow', `${said} ${remedy}`, more);
  }
  if (status === 404) {
    const remedy = `Mend “${name}” under models in config.yaml; with Ollama, pull the model first.`;
    return fail('not-found', 'agent.no_model', `${said} ${remedy}`, more);
  }
  if (status !== undefined && status >= 500) {
    return fail('unavailable', 'agent.unavailable', `${said} Try again in a while.`, more);
  }
  if (status !== undefined) {
    return fail('invalid', 'agent.refused', `${said} Mend “${name}” under models in config.yaml.`, more);
  }
  if (/fetch failed|cannot connect|ECONN|socket|terminated|network/i.test(message)) {
    const where = url === undefined ? 'the network' : url;
    return fail('network', 'agent.unreachable', `${said} See whether ${where} can be reached, then resume.`, more);
  }
  return fail('unavailable', 'agent.unreadable', `${said} Try again, or use another model.`, more);
}

function detailsOf(error: unknown): { message: string; status?: number; headers?: Record<string, string> } {
  if (!(error instanceof Error)) return { message: String(error) };
  const { statusCode, responseHeaders } = error as { statusCode?: unknown; responseHeaders?: Record<string, string> };
  return {
    message: error.message.trim().slice(0, 600) || error.name,
    ...(typeof statusCode === 'number' ? { status: statusCode } : {}),
    ...(responseHeaders ? { headers: responseHeaders } : {}),
  };
}
