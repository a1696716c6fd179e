// npm takes a package with a binding.gyp for one to be compiled, unless its package.json says otherwise; but `npm ci` reads
// the lockfile, into which `npm install` does not copy that word. Run this after an install that changed the lockfile
// (`npm run lockfile`), or an npm 10 (the one of Node 20 and 22) wants a compiler.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const file = join(ROOT, 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));
for (const [path, entry] of Object.entries(lock.packages)) {
  // What is for another platform is not here to be asked.
  if (path === '' || entry.optional) continue;
  const { gypfile } = JSON.parse(readFileSync(join(ROOT, path, 'package.json'), 'utf8'));
  if (gypfile === false) entry.gypfile = false;
}
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
