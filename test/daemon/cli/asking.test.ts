import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { ask, type Terminal } from '../../../daemon/cli/terminal.ts';

/** A terminal whose keys are pressed by a test. */
function terminalOf(ending?: AbortSignal): { terminal: Terminal; keys: PassThrough; raw: boolean[]; shown: string[] } {
  const keys = new PassThrough();
  const raw: boolean[] = [];
  const shown: string[] = [];
  const input = Object.assign(keys, { setRawMode: (on: boolean) => raw.push(on) }) as unknown as NodeJS.ReadStream;
  const out = { write: (text: string) => shown.push(text), isTTY: true };
  const terminal = { out, err: out, input, color: false, interactive: true, ...(ending ? { ending } : {}) };
  return { terminal, keys, raw, shown };
}

const left = { code: 'terminal.interrupted' };

it('a question ends when the command is to end, and gives the terminal back [core.cli.interrupt]', async () => {
  const control = new AbortController();
  const { terminal, raw } = terminalOf(control.signal);
  const asked = ask(terminal, 'Name: ');
  control.abort();
  await expect(asked).rejects.toMatchObject(left);
  expect(raw).toEqual([true, false]);
  await expect(ask(terminal, 'PIN: ')).rejects.toMatchObject(left);
});

it.each(['end', 'error'])('a question ends when its terminal is gone: %s [core.cli.interrupt]', async (how) => {
  const { terminal, keys } = terminalOf();
  const asked = ask(terminal, 'Name: ');
  if (how === 'end') keys.end();
  else keys.destroy(Object.assign(new Error('read EIO'), { code: 'EIO' }));
  await expect(asked).rejects.toMatchObject(left);
});

it('what was typed ahead belongs to the next question [core.cli.live]', async () => {
  const { terminal, keys, shown } = terminalOf();
  const name = ask(terminal, 'Name: ');
  keys.write('Ada\rsecret\ryes\r');
  expect(await name).toBe('Ada');
  expect(await ask(terminal, 'PIN: ', { hidden: true })).toBe('secret');
  expect(await ask(terminal, 'Agree? ')).toBe('yes');
  expect(shown.join('')).not.toContain('secret');
});

it('a letter that comes in two pieces is one letter [core.cli.live]', async () => {
  const { terminal, keys, shown } = terminalOf();
  const asked = ask(terminal, 'Name: ');
  const [first, second] = [Buffer.from('Zoë\r').subarray(0, 3), Buffer.from('Zoë\r').subarray(3)];
  keys.write(first);
  keys.write(second);
  expect(await asked).toBe('Zoë');
  expect(shown.join('')).not.toContain('\ufffd');
});
