import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '../config.ts';
import { registries, type Registries } from '../registered.ts';
import { trustedHere } from './trusted-here.ts';

/** Everything that pages can name here: what is registered, with the personas that people trusted where anybody has worked. */
export function registeredHere(): Registries {
  const config = readConfig();
  if (!existsSync(join(config.home, 'journal.db'))) return registries();
  const here = trustedHere(config);
  try {
    return { ...registries(), personas: here.personas.shapes() };
  } finally {
    here.close();
  }
}
