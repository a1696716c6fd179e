import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Writes a service's file where it differs from what is there, and says which it was. */
export function writeServiceFile(file: string, content: string | Buffer): 'new' | 'changed' | 'same' {
  const wanted = Buffer.from(content);
  const before = existsSync(file) ? readFileSync(file) : undefined;
  if (before?.equals(wanted)) return 'same';
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, wanted, { mode: 0o600 });
  return before ? 'changed' : 'new';
}
