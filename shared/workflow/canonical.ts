import { canonicalJson, hashJson } from '../canonical-json.ts';
import type { Definition } from './definition.ts';

/**
 * The canonical form of a definition and the pages it calls: RFC 8785 JSON in NFC of all that is executable, as written and
 * without defaults, with the version of the language (language.md, Pinning and trust).
 */
export function canonicalForm(definition: Definition, pages: Readonly<Record<string, Definition>> = {}): string {
  return canonicalJson({ definition, pages });
}

/** SHA-256, hex, of the canonical form: what a run is pinned to and people trust. The same in Node and in a browser. */
export function hashDefinition(definition: Definition, pages: Readonly<Record<string, Definition>> = {}): string {
  return hashJson({ definition, pages });
}
