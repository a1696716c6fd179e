import { mkdirSync, mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settleAtExit } from './settle.ts';

/**
 * Gives the whole run a folder of its own in which all temporary files and the home directory are, so that nothing is
 * left behind, two runs never meet and no test depends on what the person at this machine has configured.
 */
export default function setup(): void {
  // Short, because the path of a Unix socket has room for a hundred characters only.
  const root = mkdtempSync(join(realpathSync(tmpdir()), 'sb-'));
  const home = join(root, 'home');
  mkdirSync(home);
  for (const name of ['TMPDIR', 'TMP', 'TEMP']) process.env[name] = root;
  for (const name of ['HOME', 'USERPROFILE']) process.env[name] = home;
  for (const name of Object.keys(process.env))
    if (/^(npm_|XDG_|GIT_|STAGEBOOK_(?!REQUIRE_ALL))/i.test(name)) delete process.env[name];
  // Daemons of tests take free ports, so that two of them never meet.
  process.env.STAGEBOOK_PORT = '0';
  settleAtExit(root);
}
