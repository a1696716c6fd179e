import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { FeatureWorld } from './feature-world.ts';
import { look, type Proof } from './proof.ts';

const run = promisify(execFile);

/** Looks up, without Stagebook, that the feature is merged and works. Never throws: what cannot be seen does not hold. */
export async function proveFeature({ app, github }: FeatureWorld, pullRequest: string): Promise<Proof[]> {
  const api = async (path: string): Promise<unknown> => {
    const address = `${github.url}/repos/${github.owner}/${github.repo}/pulls/${pullRequest.split('/').at(-1)}${path}`;
    return (await fetch(address, { headers: { authorization: `Bearer ${github.token}` } })).json();
  };
  return Promise.all([
    look('the pull request is merged on GitHub', async () => {
      const { merged, merge_commit_sha: commit } = (await api('')) as { merged: boolean; merge_commit_sha: string };
      const { stdout } = await run('git', ['--git-dir', app.remote, 'rev-parse', 'main']);
      if (!merged || stdout.trim() !== commit) throw new Error('main is elsewhere');
      return `main is at ${commit.slice(0, 7)}`;
    }),
    look('somebody else approved it', async () => {
      const reviews = (await api('/reviews')) as { state: string; user: { login: string } }[];
      const approval = reviews.find(({ state, user }) => state === 'APPROVED' && user.login !== github.owner);
      if (!approval) throw new Error('nobody did');
      return `approved by ${approval.user.login}`;
    }),
    look('a notice can be posted to what main has now', () => tryMain(app.remote)),
  ]);
}

/** Starts a fresh clone, posts a notice and reads the board. */
async function tryMain(remote: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'stagebook-proof-'));
  try {
    await run('git', ['clone', '--quiet', remote, folder]);
    const server = spawn(process.execPath, ['server.js'], {
      cwd: folder,
      env: { PATH: process.env['PATH'], PORT: '0' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const ended = new Promise((resolve) => server.once('close', resolve));
    try {
      const line = await Promise.race([
        new Promise<string>((resolve) => createInterface({ input: server.stdout }).once('line', resolve)),
        ended.then(() => Promise.reject(new Error('it does not start'))),
      ]);
      const url = `${line.replace('listening on ', '')}/api/notices`;
      await fetch(url, { method: 'POST', body: JSON.stringify({ text: 'The lift works again', by: 'Lin' }) });
      const [first] = (await (await fetch(url)).json()) as { text: string }[];
      return `the board says: ${first!.text}`;
    } finally {
      server.kill();
      await ended;
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
