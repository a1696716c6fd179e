/**
 * What the writer remembers of a page it wrote, by key: of each block its uuid and fingerprints, of each property the
 * fingerprint of its value, and under which name the page is now. What an entry says is the writer's own matter.
 */
export interface BlockMemory {
  /** Everything remembered of a page, by key; empty when it was never written. */
  get(graph: string, page: string): Map<string, Remembered>;
  /** Sets and drops entries of a page, all or none, durable when it returns. */
  put(graph: string, page: string, set: ReadonlyMap<string, Remembered>, drop: readonly string[]): void;
}

export interface Remembered {
  /** Empty where there is none. */
  uuid: string;
  hash: string;
}

/** A memory that lasts as long as the process. */
export function createBlockMemory(): BlockMemory {
  const pages = new Map<string, Map<string, Remembered>>();
  const idOf = (graph: string, page: string): string => `${graph}\n${page}`;
  return {
    get: (graph, page) => new Map(pages.get(idOf(graph, page))),
    put(graph, page, set, drop) {
      const entries = new Map(pages.get(idOf(graph, page)));
      for (const key of drop) entries.delete(key);
      for (const [key, entry] of set) entries.set(key, entry);
      pages.set(idOf(graph, page), entries);
    },
  };
}
