import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { followRun } from '../../../daemon/cli/follow.ts';
import { interrupted, type Terminal } from '../../../daemon/cli/terminal.ts';
import { localClient } from '../../../daemon/server/client.ts';
import { createTestEngine, type TestEngine } from '../../fakes/engine.ts';
import { node, workflowOf } from '../../fakes/outline.ts';

let test: TestEngine;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] });
  test = await createTestEngine();
});
afterEach(() => {
  test.remove();
  vi.useRealTimers();
});

/** A terminal of 80 columns that keeps what was written. */
function terminal(): Terminal & { written: string[] } {
  const written: string[] = [];
  const out = { write: (text: string) => written.push(text), isTTY: true, columns: 80, rows: 24 };
  return { out, err: out, input: process.stdin, color: false, interactive: true, written };
}

const question = workflowOf(node('ask', 'which', { question: 'Which?', options: ['left', 'right'] }));
const by = { kind: 'person', name: 'Ada' } as const;

it('lets go of the terminal when Ctrl-C ends a question: nothing keeps the process alive [core.cli.interrupt]', async () => {
  const run = await test.engine.start({ definition: question, inputs: {}, by });
  const screen = terminal();
  const decide = () => Promise.reject(interrupted());
  const following = followRun(localClient(test.engine), run, { terminal: screen, decide });
  await expect(following).rejects.toMatchObject({ code: 'terminal.interrupted' });
  expect(vi.getTimerCount()).toBe(0);
  // The cursor is there again.
  expect(screen.written.join('')).toMatch(/\u001b\[\?25h$/);
  expect(test.engine.state(run).status).toBe('waiting');
});

it('takes a question back that is answered in another terminal, and goes on [core.cli.live]', async () => {
  const client = localClient(test.engine);
  const run = await test.engine.start({ definition: question, inputs: {}, by });
  const state = await followRun(client, run, {
    terminal: terminal(),
    decide: (request, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => resolve(false), { once: true });
        client.answer(run, request.node, 'left', by).catch(reject);
      }),
  });
  expect(state.status).toBe('completed');
  expect(vi.getTimerCount()).toBe(0);
});

it('leaves a run that waits for somebody else as it is when nobody here is asked', async () => {
  const run = await test.engine.start({ definition: question, inputs: {}, by });
  const state = await followRun(localClient(test.engine), run, { terminal: terminal() });
  expect(state.status).toBe('waiting');
  expect(vi.getTimerCount()).toBe(0);
});
