import { expect, it } from 'vitest';
import type { Command, Desk } from '../../../plugin/commands/command.ts';
import { registerCommands } from '../../../plugin/commands/register.ts';
import type { HostCommands } from '../../../plugin/host.ts';
import { fail } from '../../../shared/failure.ts';
import { settled, Timers } from '../timers.ts';

function setUp() {
  const timers = new Timers();
  const messages: string[] = [];
  const answers: PromiseWithResolvers<never>[] = [];
  const desk = {
    host: { ui: { message: (text: string) => void messages.push(text) } },
    connection: {
      status: { is: 'online' },
      call: () => {
        const answer = Promise.withResolvers<never>();
        answers.push(answer);
        return answer.promise;
      },
    },
  } as unknown as Desk;
  const typed = new Map<string, () => void>();
  const host = { slash: (tag, run) => void typed.set(tag, () => run(undefined)), palette: () => {} } as HostCommands;
  const asks = (slash: string, ...patience: number[]): Command => ({
    key: slash,
    label: slash,
    slash,
    async run({ connection }) {
      await connection.call('workflows.list', {}, ...patience);
      await connection.call('workflows.list', {}, ...patience);
    },
  });
  registerCommands(host, desk, [asks('list'), asks('long', 60_000)], timers.after);
  return { timers, messages, answers, type: (slash: string) => typed.get(slash)!() };
}

it('says once that the daemon takes its time to answer a command, and what went wrong in the end [ui.commands.slow]', async () => {
  const { timers, messages, answers, type } = setUp();
  type('list');
  await settled();
  timers.advance(900);
  expect(messages).toEqual([]);
  timers.advance(5_000);
  expect(messages).toEqual(['Waiting for Stagebook to answer…']);
  answers[0]!.resolve([] as never);
  await settled();
  timers.advance(5_000);
  answers[1]!.reject(fail('denied', 'x.y', 'Not today.'));
  await settled();
  expect(messages).toEqual(['Waiting for Stagebook to answer…', 'Not today.']);
  expect(timers.open).toBe(0);
});

it('says nothing of what is answered at once, or is known to take minutes [ui.commands.slow]', async () => {
  const { timers, messages, answers, type } = setUp();
  type('list');
  for (const at of [0, 1]) {
    await settled();
    answers[at]!.resolve([] as never);
  }
  type('long');
  await settled();
  timers.advance(50_000);
  expect(messages).toEqual([]);
});
