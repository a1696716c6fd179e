import { isObject, type Json } from '../../../shared/json.ts';

/** What a check saw, on one line: `83.4`, `"failure"`, `coverage 83.4, passed 12`. Nothing where it looked at no value. */
export function sawText(saw: Json): string {
  if (!isObject(saw)) return JSON.stringify(saw);
  const entries = Object.entries(saw);
  if (entries.length === 1) return JSON.stringify(entries[0]![1]);
  return entries.map(([name, value]) => `${name} ${JSON.stringify(value)}`).join(', ');
}
