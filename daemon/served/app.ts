import { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import { parseDuration } from '../../shared/workflow/duration.ts';
import type { ActionContext, ProcessResult } from '../actions/action.ts';
import { freePort } from '../free-port.ts';
import { ask } from '../http/ask.ts';

/** How a step starts the application that it looks at. */
export const serve = z.strictObject({
  argv: z.array(z.string()).min(1).meta({ description: 'The program and its arguments: [npm, start].' }),
  env: z.record(z.string(), z.string()).default({}),
  within: z.string().default('30s').meta({ description: 'By when it must answer.' }),
});
export type Serve = z.infer<typeof serve>;

/** The settings of every step that looks at an application. */
export const appSettings = {
  url: z.string().meta({
    description: 'The address to look at. With "serve", {port} in it stands for a free port, also given as PORT.',
  }),
  serve: serve
    .optional()
    .meta({ description: 'Starts the application for this step, and ends it with all it started.' }),
};

interface AppSettings {
  url: string;
  serve?: Serve | undefined;
}

/**
 * Does `work` with the address of the application. Where the step says how, it is started before, in `directory`, and ended
 * afterwards with its whole group, however `work` ends. Throws `app.ended` and `app.not_ready`.
 */
export async function withApp<T>(
  { url, serve: how }: AppSettings,
  directory: string,
  context: ActionContext,
  work: (url: string) => Promise<T>,
): Promise<T> {
  if (!how) return work(url);
  const port = url.includes('{port}') ? String(await freePort()) : '';
  const fill = (text: string): string => text.replaceAll('{port}', port);
  const address = fill(url);
  const stop = new AbortController();
  const app = context.services.process.run(how.argv.map(fill), {
    cwd: directory,
    env: {
      ...(port && { PORT: port }),
      ...Object.fromEntries(Object.entries(how.env).map(([name, value]) => [name, fill(value)])),
    },
    signal: AbortSignal.any([context.signal, stop.signal]),
    onLine: (line) => context.log(`app: ${line}`),
  });
  // What stops it is no news; that it ends by itself is.
  const ended = app.then(
    (result) => {
      throw endedByItself(how, result);
    },
    (error: unknown) => {
      if (!stop.signal.aborted) throw error;
    },
  ) as Promise<never>;
  ended.catch(() => undefined);
  try {
    await Promise.race([ready(address, how, context, stop.signal), ended]);
    return await Promise.race([work(address), ended]);
  } finally {
    stop.abort();
    await app.catch(() => undefined);
  }
}

function endedByItself({ argv }: Serve, { exitCode, stdout, stderr }: ProcessResult): Error {
  const said = `${stdout}\n${stderr}`.trim().split('\n').slice(-20).join('\n');
  return fail(
    'invalid',
    'app.ended',
    `The application ("${argv.join(' ')}") ended with exit code ${exitCode} while it was needed. Look at what it said.`,
    { data: { exit_code: exitCode, output: said } },
  );
}

/** Asks until somebody answers, whatever the answer is. */
async function ready(url: string, { argv, within }: Serve, context: ActionContext, stop: AbortSignal): Promise<void> {
  const deadline = context.clock.now() + parseDuration(within);
  while (context.clock.now() < deadline) {
    try {
      await ask({ ...context, signal: AbortSignal.any([context.signal, stop]) }, 'the application', {
        url,
        withinMs: 2_000,
        redirect: 'manual',
      });
      return;
    } catch (error) {
      if (stop.aborted || context.signal.aborted) throw error;
    }
    await pause(50, context);
  }
  throw fail(
    'timeout',
    'app.not_ready',
    `The application ("${argv.join(' ')}") did not answer at ${url} within ${within}. Let it listen on the port in PORT, or correct "url".`,
  );
}

function pause(ms: number, { clock, signal }: ActionContext): Promise<void> {
  return new Promise((resolve) => {
    const takeBack = clock.at(clock.now() + ms, resolve);
    signal.addEventListener(
      'abort',
      () => {
        takeBack();
        resolve();
      },
      { once: true },
    );
  });
}
