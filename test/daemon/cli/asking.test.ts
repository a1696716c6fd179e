import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { askShown, type Signers } from '../../../daemon/cli/sign.ts';
import { ask, type Terminal } from '../../../daemon/cli/terminal.ts';
import { fail } from '../../../shared/failure.ts';

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

describe('who signs at a terminal', () => {
  const challenge = { nonce: 'n', digest: 'd', shown: {} };
  /** Ada alone, whose PIN is “secret”; after a second wrong one she has to wait. */
  function signers(): Signers {
    const ada = { name: 'Ada', roles: [], devices: [] };
    let wrong = 0;
    const sign = (name: string, pin: string): unknown => {
      if (wrong === 2) throw fail('denied', 'pin.paused', 'Too many wrong PINs. Try again in 30 seconds.');
      if (pin === 'secret') return { person: name };
      wrong += 1;
      throw fail('denied', 'pin.wrong', 'That is not Ada’s PIN.');
    };
    const people = { list: () => [ada], find: (name: string) => (name.toLowerCase() === 'ada' ? ada : undefined) };
    return { people, keys: { has: () => true, sign } } as unknown as Signers;
  }

  it('is asked again where nobody has that name, or that PIN [core.cli.live]', async () => {
    const { terminal, keys, shown } = terminalOf();
    const signed = askShown(challenge, 'Start', { terminal, signers: signers() });
    keys.write('Bob\rada\rwrong1\rsecret\r');
    expect(await signed).toMatchObject({ person: 'Ada' });
    expect(shown.join('')).toContain('Nobody here is called “Bob”. There are: Ada.');
  });

  it('is told to wait after too many wrong PINs, and what asks stays as it is [core.cli.live]', async () => {
    const { terminal, keys, shown } = terminalOf();
    const signed = askShown(challenge, 'Start', { terminal, signers: signers() });
    keys.write('\rwrong1\rwrong2\rsecret\r');
    await expect(signed).rejects.toMatchObject({ code: 'sign.left' });
    expect(shown.join('')).toContain('Try again in 30 seconds');
  });
});
