import { fileURLToPath } from 'node:url';
import { fail } from '../../shared/failure.ts';
import type { ActionContext } from '../actions/action.ts';
import { findBrowser, noBrowser } from './find.ts';
import type { Look, Seen } from './task.ts';

const RUNTIME = new URL('../runtime.mjs', import.meta.url).href;
const PROCESS = fileURLToPath(new URL('look-process.ts', import.meta.url));

/**
 * Looks at a page with a real browser, in a process of its own: the daemon loads no browser library, and whatever the page
 * does ends with the step. Throws `browser.missing`, `browser.unreachable` and `browser.failed`.
 */
export async function look<T extends Look>(
  task: T,
  context: ActionContext,
  timeoutMs: number,
): Promise<Seen<T['kind']>> {
  const browser = await findBrowser(context.services.config.programs);
  const result = await context.services.process.run([process.execPath, '--import', RUNTIME, PROCESS], {
    input: JSON.stringify({ ...task, ...(browser !== undefined && { browser }) }),
    signal: context.signal,
    timeoutMs,
    keepBytes: 4 * 2 ** 20,
    onLine: (line, stream) => {
      if (stream === 'stderr') context.log(line);
    },
  });
  const said = result.stdout.trim().split('\n').at(-1) ?? '';
  const answer = readAnswer(said);
  if (answer && 'seen' in answer) return answer.seen as Seen<T['kind']>;
  const why = answer?.failure ?? { code: 'failed', message: result.stderr.trim().split('\n').at(-1) ?? '' };
  if (why.code === 'missing') throw noBrowser();
  if (why.code === 'unreachable') {
    throw fail('network', 'browser.unreachable', `The page ${task.url} could not be opened: ${why.message}`);
  }
  throw fail('unavailable', 'browser.failed', `The browser could not look at ${task.url}: ${why.message}`);
}

type Answer = { seen: unknown } | { seen?: undefined; failure: { code: string; message: string } };

function readAnswer(line: string): Answer | undefined {
  try {
    return JSON.parse(line) as Answer;
  } catch {
    return undefined;
  }
}
