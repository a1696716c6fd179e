import { isObject, type Json } from '../json.ts';

/**
 * What a check saw, on one line: `83.4`, `"failure"`, `ok true, passed 12`. A single value stands alone, for the check's title
 * says what it is; several have the last words of their names that tell them apart.
 */
export function sawText(saw: Json): string {
  if (!isObject(saw)) return valueText(saw);
  const entries = Object.entries(saw);
  if (entries.length === 0) return '';
  if (entries.length === 1) return valueText(entries[0]![1]);
  const names = entries.map(([name]) => name);
  return entries.map(([name, value]) => `${shortest(name, names)} ${valueText(value)}`).join(', ');
}

/** As few of a name's last words as no other name ends in. */
function shortest(name: string, names: readonly string[]): string {
  const words = name.split('.');
  for (let count = 1; count < words.length; count += 1) {
    const end = words.slice(-count).join('.');
    const shared = names.some((other) => other !== name && (other === end || other.endsWith(`.${end}`)));
    if (!shared) return end;
  }
  return name;
}

/** What is empty in a word, since brackets look like a fault. */
function valueText(value: Json): string {
  if (value === null || (typeof value === 'object' && Object.keys(value).length === 0)) return 'nothing';
  return typeof value === 'number' ? numberText(value) : JSON.stringify(value);
}

/** Without the noise of its last digits, and exact enough that what missed a limit by little does not look as if it met it. */
function numberText(value: number): string {
  return String(Number(Math.abs(value) < 1_000 ? value.toPrecision(7) : value.toFixed(4)));
}
