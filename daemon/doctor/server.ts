import { request } from 'node:http';
import { PANEL_PATH } from '../../shared/protocol/limits.ts';
import type { Examination } from './check.ts';

/** How long an answer on this machine may take, in milliseconds. */
const PATIENCE_MS = 2_000;
const NOBODY: ReadonlySet<string> = new Set(['ECONNREFUSED', 'EADDRNOTAVAIL']);

export const server: Examination = async ({ port }) => {
  const what = 'daemon for Logseq and the panel';
  const found = await policyAt(port);
  if (found === undefined) {
    return { what, is: 'limited', saw: `nothing listens on 127.0.0.1:${port}`, remedy: 'stagebook up' };
  }
  if (found.includes('frame-ancestors')) return { what, is: 'good', saw: `http://127.0.0.1:${port}${PANEL_PATH}` };
  const remedy = 'End that program, or give Stagebook another port: "port" in config.yaml.';
  return { what, is: 'limited', saw: `something else listens on 127.0.0.1:${port}`, remedy };
};

export const plugins: Examination = ({ plugins: names }) => {
  const what = 'paired plugins';
  if (names.length > 0) return Promise.resolve({ what, is: 'good', saw: names.join(', ') });
  return Promise.resolve({ what, is: 'limited', saw: 'none yet', remedy: 'With the daemon up: stagebook pair' });
};

/** The policy of the page at the panel's path; undefined when nobody answers. */
function policyAt(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const asked = request(
      { host: '127.0.0.1', port, path: PANEL_PATH, agent: false, timeout: PATIENCE_MS },
      (response) => {
        response.resume();
        resolve(String(response.headers['content-security-policy'] ?? ''));
      },
    );
    asked.once('timeout', () => {
      resolve('');
      asked.destroy();
    });
    asked.once('error', (error: NodeJS.ErrnoException) => resolve(NOBODY.has(error.code ?? '') ? undefined : ''));
    asked.end();
  });
}
