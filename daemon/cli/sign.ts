import picocolors from 'picocolors';
import { fail, StagebookError } from '../../shared/failure.ts';
import type { JsonObject } from '../../shared/json.ts';
import type { Signature } from '../../shared/run/event.ts';
import { withReason } from '../../shared/signature.ts';
import type { Challenge } from '../engine/engine.ts';
import { enrol, needsVoucher } from '../people/enrol.ts';
import type { People } from '../people/people.ts';
import type { TerminalKeys } from '../people/terminal-key.ts';
import type { EngineClient } from '../server/client.ts';
import { markOf } from './progress/marks.ts';
import { visible } from './progress/width.ts';
import { shownLines } from './shown.ts';
import { signedHere } from './signed-here.ts';
import { ask, noTerminal, say, type Terminal } from './terminal.ts';
import type { OpenRequest } from '../../shared/run/summary.ts';

/** The people who can sign at this terminal. */
export interface Signers {
  people: People;
  keys: TerminalKeys;
}

export interface SignOptions {
  terminal: Terminal;
  signers: Signers;
  /** Whose name is not asked for. */
  as?: string;
  /** Raised when the question was answered elsewhere. */
  signal?: AbortSignal;
}

/**
 * Asks the person at the terminal to decide a sign-off: shows exactly what is agreed to, then asks for the decision, the
 * name and the PIN. Resolves with what became of it; `left` when the person put it off, it was decided elsewhere, or who can
 * sign here has signed it already, which is said with who is missing.
 */
export async function askSignOff(
  client: EngineClient,
  request: Extract<OpenRequest, { kind: 'sign-off' }>,
  options: SignOptions,
): Promise<'signed' | 'rejected' | 'left'> {
  const { terminal, signal } = options;
  const { run, node, signOff } = request;
  if (!terminal.interactive) throw noTerminal();
  const already = await signedHere(client, request, namesHere(options));
  if (already !== undefined) {
    say(terminal, visible(already));
    return 'left';
  }
  const challenge = await client.challenge({ kind: 'sign-off', run, node, signOff });
  const colors = picocolors.createColors(terminal.color);
  say(terminal, `${colors.yellow(markOf('sign-off', 'waiting'))} ${colors.bold(visible(request.title))}`);
  for (const line of shownLines(challenge, terminal.color)) say(terminal, line);
  const said = await askChoice(terminal, 'Agree? [y]es, [n]o (rejects), [l]ater: ', ['y', 'n', 'l'], signal);
  if (said === undefined || said === 'l') return 'left';
  if (said === 'y') {
    const signature = await sign(challenge, options, (name) => signedHere(client, request, [name]));
    if (!signature) return 'left';
    await client.sign(run, node, signOff, signature);
    return 'signed';
  }
  const reason = await ask(terminal, 'Why not? ', signal ? { signal } : {});
  return (await refuse(client, request, options, reason)) ? 'rejected' : 'left';
}

/** Asks the person at the terminal to sign a refusal of what is shown. */
export async function rejectSignOff(
  client: EngineClient,
  request: Extract<OpenRequest, { kind: 'sign-off' }>,
  options: SignOptions,
  reason?: string,
): Promise<void> {
  const { terminal } = options;
  const { run, node, signOff } = request;
  if (!terminal.interactive) throw noTerminal();
  say(terminal, `Refuse “${visible(request.title)}”`);
  const challenge = await client.challenge({ kind: 'sign-off', run, node, signOff });
  for (const line of shownLines(challenge, terminal.color)) say(terminal, line);
  await refuse(client, request, options, reason ?? (await ask(terminal, 'Why not? ')));
}

async function refuse(
  client: EngineClient,
  { run, node, signOff }: Extract<OpenRequest, { kind: 'sign-off' }>,
  options: SignOptions,
  reason?: string,
): Promise<boolean> {
  const challenge = await client.challenge({ kind: 'reject', run, node, signOff });
  const why = reason === '' ? undefined : reason;
  const signature = await sign(withReason(challenge, why), options);
  if (!signature) return false;
  await client.reject(run, node, signOff, signature, ...(why === undefined ? [] : [why]));
  return true;
}

/**
 * A signature to start a definition with these inputs. A start that an earlier one covers (security.md 5) needs no PIN and
 * is not asked for here: see `coveredStart`.
 */
export async function askStart(
  client: EngineClient,
  definition: string,
  inputs: JsonObject,
  options: SignOptions,
): Promise<Signature> {
  if (!options.terminal.interactive) throw noTerminal();
  const challenge = await client.challenge({ kind: 'start', definition, inputs });
  return askShown(challenge, `Start “${visible(String(challenge.shown.title))}”`, options);
}

/** A signature under exactly what is shown. Throws `terminal.interrupted` when the person leaves. */
export async function askShown(challenge: Challenge, heading: string, options: SignOptions): Promise<Signature> {
  const { terminal } = options;
  say(terminal, picocolors.createColors(terminal.color).bold(heading));
  for (const line of shownLines(challenge, terminal.color)) say(terminal, line);
  const signature = await sign(challenge, options);
  if (!signature) throw new StagebookError({ code: 'sign.left', message: 'Nothing was signed.', retryable: true });
  return signature;
}

/** The unlocked device of a person: the engine accepts it where an earlier signature covers the start. */
export function coveredStart(signers: Signers, as?: string): Signature | undefined {
  const able = signers.people.list().filter(({ name }) => signers.keys.has(name));
  const person = as === undefined ? able[0] : able.find(({ name }) => name.toLowerCase() === as.toLowerCase());
  if (!person || (as === undefined && able.length > 1)) return undefined;
  return {
    person: person.name,
    ...signers.keys.deviceOf(person.name),
    nonce: '',
    digest: '',
    signature: '',
    at: Date.now(),
  };
}

/** What is said to who sits there, and ends nothing. */
const PIN_TROUBLES: ReadonlySet<string> = new Set(['pin.wrong', 'pin.paused']);

/** `already` tells of a name why its PIN need not be asked for. */
async function sign(
  challenge: Challenge,
  options: SignOptions,
  already?: (name: string) => Promise<string | undefined>,
): Promise<Signature | undefined> {
  const { terminal, signers, signal } = options;
  const waiting = signal ? { signal } : {};
  if (!terminal.interactive) throw noTerminal();
  const name = await nameOf(options);
  if (name === undefined) return undefined;
  const counted = await already?.(name);
  if (counted !== undefined) {
    say(terminal, visible(counted));
    return undefined;
  }
  for (;;) {
    const pin = await ask(terminal, `PIN of ${name}: `, { hidden: true, ...waiting });
    if (pin === undefined) return undefined;
    try {
      return signers.keys.sign(name, pin, challenge);
    } catch (error) {
      if (!(error instanceof StagebookError) || !PIN_TROUBLES.has(error.code)) throw error;
      say(terminal, error.message);
      // Who has to wait may sign later: what asks for it stays as it is.
      if (error.code === 'pin.paused') return undefined;
    }
  }
}

/** Who of those that can sign here may be meant; nobody is left out whom the name is still asked for. */
function namesHere({ signers, as }: SignOptions): string[] {
  if (as !== undefined) return [known(signers, as)];
  return signers.people.list().flatMap(({ name }) => (signers.keys.has(name) ? [name] : []));
}

async function nameOf(options: SignOptions): Promise<string | undefined> {
  const { terminal, signers, signal } = options;
  if (signers.people.list().length === 0) return firstPerson(options);
  const able = signers.people.list().filter(({ name }) => signers.keys.has(name));
  if (options.as !== undefined) return known(signers, options.as);
  const only = able.length === 1 ? able[0]!.name : undefined;
  for (;;) {
    const said = await ask(terminal, only ? `Name [${only}]: ` : 'Name: ', signal ? { signal } : {});
    if (said === undefined) return undefined;
    const name = said.trim() || only || '';
    if (signers.people.find(name)) return known(signers, name);
    say(terminal, visible(unknownPerson(signers, name)));
  }
}

function known(signers: Signers, name: string): string {
  const person = signers.people.find(name);
  if (person) return person.name;
  throw fail('not-found', 'person.not_found', unknownPerson(signers, name));
}

function unknownPerson({ people }: Signers, name: string): string {
  const names = people.list().map((other) => other.name);
  return `Nobody here is called “${name}”. There are: ${names.join(', ')}. See stagebook people add.`;
}

/** On first use whoever sits there becomes the first person; a second is added with `stagebook people add`. */
async function firstPerson({ terminal, signers, signal, as }: SignOptions): Promise<string | undefined> {
  say(terminal, 'Nobody can sign here yet. Who are you? Your signature stands in every run that you agree to.');
  const name = as ?? (await ask(terminal, 'Name: ', signal ? { signal } : {}));
  return name === undefined ? undefined : addPerson(terminal, signers, name.trim());
}

/** Adds a person with a PIN that is asked for twice, and somebody who vouches where one is needed. Else nothing is kept. */
export async function addPerson(
  terminal: Terminal,
  { people, keys }: Signers,
  name: string,
  roles: readonly string[] = [],
): Promise<string> {
  if (!terminal.interactive) throw noTerminal();
  const voucher = needsVoucher(people, keys) ? await askVoucher(terminal, name) : undefined;
  const pin = await askNewPin(terminal);
  enrol(people, keys, { name, roles, pin, ...(voucher ? { voucher } : {}) });
  return people.find(name)?.name ?? name;
}

async function askVoucher(terminal: Terminal, name: string): Promise<{ name: string; pin: string }> {
  say(terminal, `Somebody who can sign here already vouches for ${visible(name)}.`);
  const voucher = (await ask(terminal, 'Who? ')) ?? '';
  return { name: voucher.trim(), pin: (await ask(terminal, `PIN of ${voucher.trim()}: `, { hidden: true })) ?? '' };
}

/** A new PIN, typed twice the same. */
export async function askNewPin(terminal: Terminal): Promise<string> {
  for (;;) {
    const pin = (await ask(terminal, 'New PIN (at least 6 characters): ', { hidden: true })) ?? '';
    if ([...pin].length < 6) {
      say(terminal, 'That is too short.');
      continue;
    }
    if (pin === (await ask(terminal, 'The same again: ', { hidden: true }))) return pin;
    say(terminal, 'Those were two different ones.');
  }
}

async function askChoice(
  terminal: Terminal,
  question: string,
  choices: readonly string[],
  signal?: AbortSignal,
): Promise<string | undefined> {
  for (;;) {
    const said = await ask(terminal, question, signal ? { signal } : {});
    if (said === undefined) return undefined;
    const choice = choices.find((each) => said.trim().toLowerCase().startsWith(each));
    if (choice) return choice;
  }
}
