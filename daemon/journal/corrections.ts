import type Database from 'better-sqlite3';
import { readJson } from '../../shared/read-json.ts';
import type { Signature } from '../../shared/run/event.ts';
import type { Labelled, Labels, Subject } from '../suggest/subject.ts';

/** A person's word on a subject. */
export interface Correction {
  at: number;
  subject: Subject;
  labels: Partial<Labels>;
  /** What had been suggested. */
  suggested: Labels;
  signature: Signature;
}

/** The corrections of a data directory: added, and never changed. */
export interface Corrections {
  all(): Labelled[];
  count(): number;
  add(correction: Correction): void;
}

export function sqliteCorrections(database: Database.Database): Corrections {
  const all = database.prepare<[], { subject: string; labels: string }>(
    'select subject, labels from corrections order by id',
  );
  const count = database.prepare<[], number>('select count(*) from corrections').pluck();
  const add = database.prepare<[number, string, string, string, string]>(
    'insert into corrections (at, subject, labels, suggested, signature) values (?, ?, ?, ?, ?)',
  );
  const written = (value: object): string => JSON.stringify(value);
  return {
    all: () =>
      all.all().map(({ subject, labels }) => ({
        ...(readJson(subject) as unknown as Subject),
        labels: readJson(labels) as Partial<Labels>,
      })),
    count: () => count.get()!,
    add({ at, subject, labels, suggested, signature }) {
      add.run(at, written(subject), written(labels), written(suggested), written(signature));
    },
  };
}
