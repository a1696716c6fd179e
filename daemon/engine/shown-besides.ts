import type { JsonObject } from '../../shared/json.ts';
import { manifestOf, shownManifest } from '../mcp/manifest.ts';
import { personaOf, shownPersona } from '../personas/persona-page.ts';

/** Exactly what a person is shown before they trust the tools of a server or a persona; undefined for a workflow. */
export function shownBesides(body: string, hash: string): JsonObject | undefined {
  const manifest = manifestOf(body);
  if (manifest) return shownManifest(manifest, hash);
  const persona = personaOf(body);
  return persona && shownPersona(persona, hash);
}
