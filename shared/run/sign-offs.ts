import type { Node } from '../workflow/definition.ts';
import type { Payloads, SignOffRequest } from './event.ts';

/** What a sign-off asks of persons, as its page says; its deadline begins only when its gate opens. */
export function signOffRequest({ id, title, settings }: Node): Omit<SignOffRequest, 'deadline'> {
  const { people, from } = settings;
  return {
    id,
    title: title || id,
    people: typeof people === 'number' ? people : 1,
    ...(Array.isArray(from) ? { from: from.map(String) } : {}),
    notStarter: settings['not-starter'] === true,
  };
}

/** Whether a gate that opens waits for people: one with a failed check asks nobody, and neither does a dry run. */
export function asksPeople({ checks, signOffs, assumed }: Payloads['gate.opened']): boolean {
  return signOffs.length > 0 && assumed !== true && checks.every(({ held }) => held);
}
