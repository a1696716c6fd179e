import type { KnownPersona } from './format.ts';

/** Words that say nothing about which persona it is. */
const EMPTY = new Set(['engineer', 'specialist', 'expert', 'persona', 'the', 'a', 'tta', 'senior', 'developer', 'dev']);

/**
 * The persona that somebody means by a name: `Backend Engineer`, `tta-backend-engineer (2000 tokens)`, `backend`. Undefined
 * when no word of it is one of a persona's.
 */
export function personaNamed(said: string | undefined, personas: readonly KnownPersona[]): KnownPersona | undefined {
  if (said === undefined) return undefined;
  const words = wordsOf(said);
  const scored = personas.map((persona) => {
    const own = new Set([...wordsOf(persona.id), ...wordsOf(persona.title)]);
    return { persona, score: words.filter((word) => own.has(word)).length };
  });
  const [best, next] = scored.toSorted((one, other) => other.score - one.score);
  // Two that fit as well are none.
  return best && best.score > (next?.score ?? 0) ? best.persona : undefined;
}

function wordsOf(text: string): string[] {
  const [name = ''] = text.split(/[(,;]/, 1);
  return name
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word.length > 1 && !EMPTY.has(word));
}
