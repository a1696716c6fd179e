import { planned, settled, type Entry } from './entry.ts';
import { valueFingerprint } from './fingerprint.ts';

/** How a page's property is called in the memory. Keys of blocks never begin like this. */
const PREFIX = ':';
export const isPropertyKey = (key: string): boolean => key.startsWith(PREFIX);

export interface PropertyPlan {
  /** What to set, with an empty value for what to remove. */
  set: Record<string, string>;
  entries: Map<string, Entry>;
  drop: string[];
}

/**
 * Decides which page properties to set. Only ours are touched: one that a person corrected, removed, or had before us is
 * theirs from then on. `known` has nothing pending.
 */
export function planProperties(
  wanted: Record<string, string>,
  there: Record<string, string>,
  known: ReadonlyMap<string, Entry>,
): PropertyPlan {
  const plan: PropertyPlan = { set: {}, entries: new Map(), drop: [] };
  for (const [name, value] of Object.entries(wanted)) {
    const key = `${PREFIX}${name}`;
    const entry = known.get(key);
    const want = valueFingerprint(value);
    const is = print(there, key);
    if (is === want) {
      if (entry?.want !== want) plan.entries.set(key, settled('', want));
    } else if (is === undefined ? !entry : entry?.ours.has(is) && entry.want !== want) {
      plan.set[name] = value;
      plan.entries.set(key, planned('', want, entry));
    }
  }
  for (const [key, entry] of known) {
    const name = key.slice(PREFIX.length);
    if (Object.hasOwn(wanted, name)) continue;
    const is = print(there, key);
    if (is === undefined || !entry.ours.has(is)) continue;
    plan.set[name] = '';
    plan.entries.set(key, { ...entry, leaving: true });
    plan.drop.push(key);
  }
  return plan;
}

/** Whether the property of this key is on the page. */
export const hasProperty = (there: Record<string, string>, key: string): boolean => print(there, key) !== undefined;

/** Keys of which there is a sign that the pending change took place. */
export function propertyEvidence(there: Record<string, string>, known: ReadonlyMap<string, Entry>): Set<string> {
  return new Set(
    [...known].flatMap(([key, entry]) => (entry.pending && print(there, key) === entry.want ? [key] : [])),
  );
}

/** The entries of a plan after its changes were made. */
export function settleProperties(
  there: Record<string, string>,
  entries: ReadonlyMap<string, Entry>,
): Map<string, Entry> {
  const result = new Map<string, Entry>();
  for (const [key, entry] of entries) {
    const is = isPropertyKey(key) ? print(there, key) : undefined;
    if (entry.pending && is !== undefined) result.set(key, settled('', entry.want, is));
  }
  return result;
}

function print(there: Record<string, string>, key: string): string | undefined {
  const value = there[key.slice(PREFIX.length)];
  return value === undefined ? undefined : valueFingerprint(value);
}
