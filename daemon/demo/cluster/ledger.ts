import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What happened to the stand-in: each effect is a file of its own, with a line for each time that it happened. */
export interface Books {
  effects: number;
  doubled: number;
}

/** A counterpart that is fast and knows no idempotency keys: what is done to it twice has happened twice. */
export interface Ledger {
  directory: string;
  books(): Promise<Books>;
}

/** Does it slowly after it has happened: a kill then finds effects of which nobody has heard the end. */
const DO = `mkdir -p "$1" && echo done >> "$1/$2" && sleep 0.3\n`;
const LOOK = `test -e "$1/$2"\n`;

export async function makeLedger(folder: string): Promise<Ledger> {
  const directory = join(folder, 'counterpart');
  const entries = join(directory, 'entries');
  await mkdir(entries, { recursive: true });
  await writeFile(join(directory, 'do.sh'), DO);
  await writeFile(join(directory, 'look.sh'), LOOK);
  return {
    directory,
    async books() {
      const names = await readdir(entries);
      const lines = await Promise.all(names.map(async (name) => (await readFile(join(entries, name), 'utf8')).length));
      return { effects: names.length, doubled: lines.filter((length) => length > 'done\n'.length).length };
    },
  };
}
