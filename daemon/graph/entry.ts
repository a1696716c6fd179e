import type { Remembered } from './block-memory.ts';

/**
 * An entry of the memory, spelt out. It is written before a change and again after it, so that after a crash in between
 * our own work is not taken for a person's.
 */
export interface Entry {
  uuid: string;
  /** The fingerprint that was wanted last. */
  want: string;
  /** Every fingerprint that is our own work, the wanted one first: also as the graph gave it back, and what was there before. */
  ours: ReadonlySet<string>;
  /** Whether the change that makes it so may not have happened. */
  pending: boolean;
  /** Whether we are about to take it away, or have done so. */
  leaving?: boolean;
}

/** An entry of something that is there as wanted. */
export function settled(uuid: string, want: string, is = want): Entry {
  return { uuid, want, ours: new Set([want, is]), pending: false };
}

/** An entry of something that is about to be changed or, without an earlier one, made. */
export function planned(uuid: string, want: string, earlier?: Entry): Entry {
  return { uuid, want, ours: new Set([want, ...(earlier?.ours ?? [])]), pending: true };
}

/** An entry of something that a person wrote and that says what is wanted, or, without `want`, of which no more is known. */
export function theirs(uuid: string, want = '-'): Entry {
  return { uuid, want, ours: new Set(), pending: false };
}

/** Whether what is pending is its first making. */
export const isNew = (entry: Entry): boolean => entry.pending && entry.ours.size === 1;

export function toEntry({ uuid, hash }: Remembered): Entry {
  if (hash.startsWith('!')) return theirs(uuid, hash.slice(1));
  const pending = hash.startsWith('?');
  const leaving = hash.startsWith('-');
  const [want = '', ...others] = (pending || leaving ? hash.slice(1) : hash).split(' ');
  return { uuid, want, ours: new Set([want, ...others]), pending, ...(leaving && { leaving }) };
}

export function fromEntry({ uuid, want, ours, pending, leaving }: Entry): Remembered {
  if (ours.size === 0) return { uuid, hash: `!${want}` };
  return { uuid, hash: `${leaving ? '-' : pending ? '?' : ''}${[...ours].join(' ')}` };
}

/**
 * Entries without anything pending, given of which the pending change took place and what is there now. `never` are those
 * of what is not there and that nobody but us has taken away.
 */
export function resolve(
  entries: ReadonlyMap<string, Entry>,
  happened: (key: string) => boolean,
  isThere: (key: string) => boolean,
): { entries: Map<string, Entry>; resolved: Map<string, Entry>; never: string[] } {
  const all = new Map(entries);
  const resolved = new Map<string, Entry>();
  const never: string[] = [];
  for (const [key, { leaving, ...entry }] of entries) {
    const [, ...earlier] = entry.ours;
    if (leaving) {
      if (isThere(key)) resolved.set(key, entry);
      else never.push(key);
    } else if (!entry.pending) continue;
    else if (happened(key)) resolved.set(key, { ...entry, pending: false });
    else if (earlier[0] === undefined) never.push(key);
    else resolved.set(key, { ...entry, want: earlier[0], ours: new Set(earlier), pending: false });
  }
  for (const [key, entry] of resolved) all.set(key, entry);
  for (const key of never) all.delete(key);
  return { entries: all, resolved, never };
}
