import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Definition } from './definition.ts';

/** SHA-256, hex, of the canonical form (RFC 8785, NFC) of a definition and the pages it calls. */
export function hashDefinition(definition: Definition, pages: Readonly<Record<string, Definition>>): string {
  return hash('sha256', (canonicalize({ definition, pages }) ?? '').normalize('NFC'));
}
