import { fail } from '../shared/failure.ts';
import type { Redactor } from './redact.ts';

export interface Secrets {
  /** The value of a secret by its name. Throws `secret.missing`. From then on it is redacted everywhere. */
  read(name: string): Promise<string>;
  /** Whether there is one, without reading it. */
  has(name: string): boolean;
}

/** Secrets of the daemon's environment: `STAGEBOOK_SECRET_<NAME>`, or the name itself. Names stand in pages, values never do. */
export function createSecrets(environment: Readonly<Record<string, string | undefined>>, redactor: Redactor): Secrets {
  const find = (name: string): string | undefined => environment[`STAGEBOOK_SECRET_${name}`] ?? environment[name];
  return {
    has: (name) => Boolean(find(name)),
    read(name) {
      const value = find(name);
      if (!value) {
        const error = fail(
          'denied',
          'secret.missing',
          `The secret ${name} is not set. Give it to the daemon as the environment variable ${name} or STAGEBOOK_SECRET_${name}, then resume.`,
        );
        return Promise.reject(error);
      }
      redactor.add(value, name);
      return Promise.resolve(value);
    },
  };
}
