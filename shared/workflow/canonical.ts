import { canonicalJson, hashJson } from '../canonical-json.ts';
import type { Definition } from './definition.ts';

/**
 * The canonical form of a definition and the pages it calls: RFC 8785 JSON of all that is executable, in NFC, as written and
 * without defaults. The version of the language, ids, titles, settings and sources count; other prose was never part of a
 * definition. Throws `canonical.*` where two names are one after normalisation, or a text or number is not JSON's.
 */
export function canonicalForm(definition: Definition, pages: Readonly<Record<string, Definition>> = {}): string {
  return canonicalJson({ definition, pages });
}

/** SHA-256, hex, of the canonical form: what a run is pinned to and people trust (language.md, Pinning and trust). */
export function hashDefinition(definition: Definition, pages: Readonly<Record<string, Definition>> = {}): string {
  return hashJson({ definition, pages });
}
