import { fail } from '../../shared/failure.ts';
import { keychainHint, readKeychain } from './keychain.ts';
import type { Redactor } from './redact.ts';

export interface Secrets {
  /** The value of a secret by its name. Throws `secret.missing`. From then on it is redacted everywhere. */
  read(name: string): Promise<string>;
  /** Whether there is one. */
  has(name: string): Promise<boolean>;
}

/**
 * Secrets by their names (security.md 11): names stand in pages, values never do. They come from the daemon's environment
 * (`STAGEBOOK_SECRET_<NAME>`, or the name itself) or from the person's keychain.
 */
export function createSecrets(
  environment: Readonly<Record<string, string | undefined>>,
  redactor: Redactor,
  keychain: (name: string) => Promise<string | undefined> = readKeychain,
): Secrets {
  const find = async (name: string): Promise<string | undefined> => {
    const set = (variable: string) => (Object.hasOwn(environment, variable) ? environment[variable] : undefined);
    const value = set(`STAGEBOOK_SECRET_${name}`) || set(name) || (await keychain(name));
    if (value) redactor.add(value, name);
    return value;
  };
  return {
    has: async (name) => Boolean(await find(name)),
    async read(name) {
      const value = await find(name);
      if (value) return value;
      const hint = keychainHint(name);
      throw fail(
        'denied',
        'secret.missing',
        `The secret ${name} is not set. Give it to the daemon as the environment variable ${name} or STAGEBOOK_SECRET_${name}${hint ? `, or keep it in your keychain (${hint})` : ''}, then resume.`,
      );
    },
  };
}
