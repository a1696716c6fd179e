import type { Json } from '../json.ts';

/** Whether a value holds `${{ }}` anywhere. */
export function holdsTemplate(value: Json | undefined): boolean {
  if (typeof value === 'string') return value.includes('${{');
  if (Array.isArray(value)) return value.some(holdsTemplate);
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsTemplate);
}

/** Every text in a setting with its path, as in `with.files.0`. */
export function* textsIn(value: Json | undefined, path: string): Generator<{ text: string; path: string }> {
  if (typeof value === 'string') yield { text: value, path };
  else if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* textsIn(item, `${path}.${index}`);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) yield* textsIn(item, `${path}.${key}`);
  }
}
