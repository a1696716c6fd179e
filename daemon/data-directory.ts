import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/** Where the data directory is: `STAGEBOOK_HOME`, else as the platform says. */
export function dataDirectory(environment: Readonly<Record<string, string | undefined>> = process.env): string {
  if (environment.STAGEBOOK_HOME) return resolve(environment.STAGEBOOK_HOME);
  if (process.platform === 'win32') {
    return join(environment.LOCALAPPDATA || join(homedir(), 'AppData', 'Local'), 'Stagebook');
  }
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Stagebook');
  const { XDG_DATA_HOME: data = '' } = environment;
  // An empty or relative one counts as none (XDG Base Directory Specification).
  return join(isAbsolute(data) ? data : join(homedir(), '.local', 'share'), 'stagebook');
}
