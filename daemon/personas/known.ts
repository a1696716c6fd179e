import { covers } from '../../shared/workflow/covers.ts';
import type { PersonaShape } from '../../shared/workflow/role.ts';
import type { PersonaPage } from './persona-page.ts';

/** A persona as blocks show it: its title, and how many of the registered tools it may use. */
export interface PersonaCard {
  id: string;
  title: string;
  tools: number;
}

/** The personas there are now. What somebody trusts is among them at once, in every process that looks. */
export interface KnownPersonas {
  shapes(): ReadonlyMap<string, PersonaShape>;
  cards(): ReadonlyMap<string, PersonaCard>;
  /** Keeps the persona of a page, so that it can be shown and trusted; gives its hash. */
  keep(persona: PersonaPage): Promise<string>;
  /** That of an id as it was trusted last, or as it comes with Stagebook; undefined for one that nobody knows. */
  page(id: string): PersonaPage | undefined;
}

/** Where the personas of people's own pages are. */
export interface PersonaStore {
  /** Changes whenever somebody trusted something. */
  version(): string;
  /** Those that a person trusted, by id: of each the one that was trusted last. */
  trusted(): ReadonlyMap<string, PersonaPage>;
  keep(persona: PersonaPage): Promise<string>;
}

/**
 * Those that come with Stagebook, and those of people's own pages that a person trusted: one of these takes the place of one
 * that comes with Stagebook under the same id (security.md 8).
 */
export function knownPersonas(
  shipped: ReadonlyMap<string, PersonaPage>,
  own: PersonaStore,
  actions: ReadonlyMap<string, unknown>,
): KnownPersonas {
  let version: string | undefined;
  let pages: ReadonlyMap<string, PersonaPage> = shipped;
  let shapes: ReadonlyMap<string, PersonaShape> = new Map();
  let cards: ReadonlyMap<string, PersonaCard> = new Map();
  const look = (): void => {
    const now = own.version();
    if (now === version) return;
    version = now;
    pages = new Map([...shipped, ...own.trusted()]);
    const all = [...pages];
    shapes = new Map(all.map(([id, { shape }]) => [id, shape]));
    cards = new Map(all.map(([id, page]) => [id, cardOf(page, actions)]));
  };
  return {
    shapes: () => (look(), shapes),
    cards: () => (look(), cards),
    keep: (persona) => own.keep(persona),
    page: (id) => (look(), pages.get(id)),
  };
}

/** A persona as blocks show it. */
export function cardOf({ title, shape }: PersonaPage, actions: ReadonlyMap<string, unknown>): PersonaCard {
  const tools = [...actions.keys()].filter((name) => shape.actions.some((pattern) => covers(pattern, name))).length;
  return { id: shape.id, title: title || shape.id, tools };
}
