import { readdirSync, type Dirent } from 'node:fs';
import path from 'node:path';

/** What people keep secrets in, by the names of files and folders. */
const NAMES: ReadonlySet<string> = new Set(
  (
    '.git .git-credentials .npmrc .pypirc .netrc .envrc .ssh .gnupg .aws .kube .docker ' +
    'id_rsa id_dsa id_ecdsa id_ed25519'
  ).split(' '),
);
/** `.env`, `.env.local`, `.env.production` …, not what shows others how theirs has to look. */
const ENVIRONMENT = /^\.env(?:\.(?!(?:example|sample|template|dist|defaults)$).+)?$/;

/** Looking for them must not take longer than what is run: deeper, or behind so many entries, they are not looked for. */
const DEEPEST = 6;
const MOST_ENTRIES = 20_000;

/** Whether a file or folder of this name is one that people keep secrets in. */
export function isSecret(name: string): boolean {
  return NAMES.has(name) || ENVIRONMENT.test(name);
}

/** What people keep secrets in below a folder; in none of what others have made (`node_modules`), where nothing is theirs. */
export function secretsUnder(folder: string): string[] {
  const found: string[] = [];
  const open = [{ place: folder, depth: 0 }];
  let seen = 0;
  for (let next = open.shift(); next && seen < MOST_ENTRIES; next = open.shift()) {
    for (const entry of entriesOf(next.place)) {
      seen += 1;
      const file = path.join(next.place, entry.name);
      if (isSecret(entry.name)) found.push(file);
      else if (entry.isDirectory() && entry.name !== 'node_modules' && next.depth < DEEPEST) {
        open.push({ place: file, depth: next.depth + 1 });
      }
    }
  }
  return found;
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // A file, or a folder that may not be listed: not from inside either.
    return [];
  }
}
