import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import type { Examination } from './check.ts';

/** Less free space than this, in bytes, and a run may soon have to stop. */
const LITTLE_SPACE = 500 * 2 ** 20;

export const node: Examination = () =>
  Promise.resolve({ what: 'Node', is: 'good', saw: `${process.version} on ${process.platform}` });

export const dataDirectory: Examination = async ({ config }) => {
  const what = 'data directory';
  const { mode } = await stat(config.home);
  const { bavail, bsize } = await statfs(config.home);
  const free = `${Math.round((bavail * bsize) / 2 ** 20)} MB free`;
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    return { what, is: 'missing', saw: `${config.home} is open to others`, remedy: `chmod 700 ${config.home}` };
  }
  if (bavail * bsize < LITTLE_SPACE) {
    return {
      what,
      is: 'limited',
      saw: `${config.home}, ${free}`,
      remedy: 'Make room: stagebook prune, or another disk.',
    };
  }
  return { what, is: 'good', saw: `${config.home}, ${free}` };
};

export const sandbox: Examination = async ({ sandboxLevel }) => {
  const what = 'isolation for code that nobody has read';
  const { level, why } = await sandboxLevel();
  if (level === 'none' || level === 'unisolated') {
    const atE2b = why.startsWith('E2B');
    const remedy = atE2b
      ? 'Give Stagebook the key, or set sandbox.use to local in config.yaml.'
      : 'On Debian and Ubuntu: apt-get install bubblewrap socat. On macOS it is part of the system.';
    return { what, is: 'limited', saw: `${level}: ${why}`, remedy };
  }
  return { what, is: 'good', saw: `${level}: ${why}` };
};

export const people: Examination = ({ signers }) => {
  const what = 'people who can sign here';
  if (signers.length > 0) return Promise.resolve({ what, is: 'good', saw: signers.join(', ') });
  return Promise.resolve({ what, is: 'limited', saw: 'nobody yet', remedy: 'stagebook people add NAME' });
};

export const graphs: Examination = ({ config }) =>
  Promise.all(
    (config.graphs ?? []).map(async (folder) => {
      const what = 'graph';
      try {
        await access(folder, constants.R_OK | constants.W_OK);
        return { what, is: 'good', saw: folder } as const;
      } catch (error) {
        const remedy = 'Mend "graphs" in config.yaml, or make the folder and let yourself write there.';
        return { what, is: 'limited', saw: `${folder} ${troubleWith(error)}`, remedy } as const;
      }
    }),
  );

/** Why the folder of a graph cannot be used. */
function troubleWith(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'is not there';
  return code === 'EACCES' || code === 'EROFS' ? 'may not be written' : `cannot be used: ${message}`;
}
