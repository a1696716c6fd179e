import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { fail, StagebookError, type Failure } from '../../shared/failure.ts';
import type { ActionContext, ProcessResult } from '../actions/action.ts';
import { connectionFailure } from '../http/ask.ts';
import { refusalFailure } from '../http/refusal.ts';

export interface NpmOptions {
  registry: string;
  token?: string | undefined;
  /** Where it runs; its own empty folder by default, so that no project's `.npmrc` has a say. */
  cwd?: string;
  timeoutMs?: number;
}

const TOKEN = 'STAGEBOOK_NPM_TOKEN';

/**
 * Runs the npm client with settings of its own: nobody's `.npmrc`, cache or scripts. The token is in the environment of
 * this one process only; the file that names it holds a reference, so that nothing secret is ever on disk or in argv.
 * Retries within npm are off: they are the engine's matter.
 */
export async function runNpm(
  context: ActionContext,
  argv: readonly string[],
  options: NpmOptions,
): Promise<ProcessResult> {
  const { workDirectory } = context.services.config;
  await mkdir(workDirectory, { recursive: true });
  const own = await mkdtemp(join(workDirectory, 'npm-'));
  try {
    const { host, pathname } = new URL(options.registry);
    const userconfig = join(own, 'npmrc');
    await writeFile(userconfig, options.token ? `//${host}${pathname}:_authToken=\${${TOKEN}}\n` : '', { mode: 0o600 });
    return await context.services.process.run(['npm', ...argv], {
      cwd: options.cwd ?? own,
      env: {
        ...(options.token ? { [TOKEN]: options.token } : {}),
        npm_config_registry: options.registry,
        npm_config_userconfig: userconfig,
        npm_config_globalconfig: join(own, 'no-global-npmrc'),
        npm_config_cache: join(own, 'cache'),
        npm_config_ignore_scripts: 'true',
        npm_config_fetch_retries: '0',
        npm_config_update_notifier: 'false',
        npm_config_fund: 'false',
        npm_config_audit: 'false',
        npm_config_logs_max: '0',
        npm_config_loglevel: 'error',
        npm_config_json: 'true',
      },
      signal: context.signal,
      timeoutMs: options.timeoutMs ?? 120_000,
      onLine: (line, stream) => {
        // With `json` the outcome is on stdout, for us; what is for people is on stderr.
        if (stream === 'stderr') context.log(line);
      },
    });
  } finally {
    await rm(own, { recursive: true, force: true, maxRetries: 3 });
  }
}

const errorSchema = z.object({
  error: z.object({ code: z.string().optional(), summary: z.string().default(''), detail: z.string().default('') }),
});

/** What npm says went wrong: its code (`E404`, `ETARGET`, `ECONNRESET`; none for its own refusals) and its words. */
export function npmComplaint(result: ProcessResult): { code?: string; summary: string } {
  try {
    const { error } = errorSchema.parse(JSON.parse(result.stdout));
    return { ...(error.code ? { code: error.code } : {}), summary: error.summary || error.detail };
  } catch {
    return { summary: result.stderr.trim() || `npm ended with exit code ${result.exitCode}.` };
  }
}

/** npm's complaint as a failure. */
export function npmFailure(context: ActionContext, registry: string, result: ProcessResult): StagebookError {
  const { code, summary } = npmComplaint(result);
  const status = code === 'ENEEDAUTH' ? 401 : Number(/^E(\d{3})$/.exec(code ?? '')?.[1]);
  if (status) {
    return refusalFailure({
      area: 'npm',
      who: 'The npm registry',
      status,
      header: () => undefined,
      detail: summary,
      now: context.clock.now(),
    });
  }
  if (code === 'EOTP') {
    const remedy = 'Use an automation or granular token that may publish without a one-time password.';
    return fail('denied', 'npm.one_time_password', `The npm registry asks for a one-time password. ${remedy}`);
  }
  if (
    code &&
    /^(E[A-Z_]*(CONN|TIMEDOUT|NOTFOUND|AGAIN|UNREACH|PIPE|SOCKET|PROTO)|ERR_SOCKET|UND_ERR|ERR_(TLS|SSL))|CERT|UNABLE_TO_/.test(
      code,
    )
  ) {
    return connectionFailure('the npm registry', registry, Object.assign(new Error(summary), { code }));
  }
  const failure: Failure = { code: 'npm.refused', message: `npm refused: ${summary}`, retryable: false };
  return new StagebookError(failure);
}
