import type Database from 'better-sqlite3';
import type { PersonaStore } from '../personas/known.ts';
import { hashPersona, personaBody, personaOf, type PersonaPage } from '../personas/persona-page.ts';
import type { Journal } from './journal.ts';

/** Personas of people's own pages, beside the definitions of workflows: kept, shown, trusted and forgotten as these are. */
export function sqlitePersonas(database: Database.Database, journal: Journal): PersonaStore {
  const version = database.prepare<[], string>(`select count(*) || ' ' || coalesce(max(at), 0) from trust`).pluck();
  const trusted = database
    .prepare<[], string>(
      `select body from trust join definitions on def_hash = hash
        where body ->> '$.persona.shape.id' is not null order by trust.at`,
    )
    .pluck();
  return {
    version: () => version.get()!,
    trusted: () =>
      new Map(
        trusted.all().flatMap((body): [string, PersonaPage][] => {
          const persona = personaOf(body);
          return persona ? [[persona.shape.id, persona]] : [];
        }),
      ),
    async keep(persona) {
      const hash = hashPersona(persona);
      await journal.transact((transaction) => transaction.putDefinition(hash, () => personaBody(persona)));
      return hash;
    },
  };
}
