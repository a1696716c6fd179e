import { execFileSync, spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
import { afterEach, expect, it } from 'vitest';
import { makeWorld, type World } from '../../daemon/demo/world.ts';
import { chance } from '../fakes/chance.ts';

const PROCESS = fileURLToPath(new URL('../fakes/release-process.ts', import.meta.url));
const RUNTIME = new URL('../../daemon/runtime.mjs', import.meta.url).href;

let world: World | undefined;
afterEach(async () => {
  await world?.stop();
  if (world) rmSync(world.root, { recursive: true, force: true });
  world = undefined;
});

const KILLS = 20;
/** The run has more commits than KILLS times this: so every kill comes before its end, whatever the machine does meanwhile. */
const COMMITS_BETWEEN = 5;

interface Life {
  killed: boolean;
  /** How many times it committed. */
  commits: number;
  ended?: string;
  /** On its standard error. */
  said: string;
}

/** Runs the process until it has ended or killed itself. */
function life(argument: object): Promise<Life> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', RUNTIME, PROCESS, JSON.stringify(argument)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let commits = 0;
    let ended: string | undefined;
    let said = '';
    child.stderr.on('data', (chunk) => (said += String(chunk)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('ended ')) ended = line.slice(6);
      else commits += 1;
    });
    child.on('close', (_code, signal) =>
      resolve({ killed: signal === 'SIGKILL', commits, ...(ended ? { ended } : {}), said }),
    );
  });
}

it.each([1, 2, 3])(
  'a release on real git and a real registry survives kill -9 at 20 seeded points, with nothing missing or doubled (seed %i) [core.kill.real]',
  { timeout: 300_000 },
  async (seed) => {
    world = await makeWorld('npm');
    const { home, graph, secrets, github, package: sample } = world;
    const inputs = {
      directory: sample.directory,
      repository: `${github.owner}/${github.repo}`,
      test: sample.test,
      staging: true,
    };
    const argument = { home, graph, inputs, secrets };
    const random = chance(seed);
    let commits = 0;
    const points: number[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      const point = kill * COMMITS_BETWEEN + 1 + Math.floor(random() * COMMITS_BETWEEN);
      const pauseMs = Math.floor(random() * 60);
      const end = await life({ ...argument, kill: { commits: Math.max(1, point - commits), pauseMs } });
      expect(end.killed, `the run ended before kill ${kill + 1} of ${KILLS}: ${end.ended} ${end.said}`).toBe(true);
      commits += end.commits;
      points.push(commits);
    }
    const { ended, said } = await life(argument);
    expect(JSON.parse(ended ?? 'null'), said).toMatchObject({
      status: 'completed',
      output: { version: '1.3.0', complete: true },
    });
    console.log(`seed ${seed}: killed at ${points.length} points, after commits ${points.join(', ')}`);

    const git = (...argv: string[]) =>
      execFileSync('git', ['--git-dir', sample.remote, ...argv], { encoding: 'utf8' }).trim();
    expect(git('tag', '--list').split('\n')).toEqual(['v1.2.0', 'v1.3.0']);
    expect(
      git('log', '--format=%s', 'main')
        .split('\n')
        .filter((subject) => subject.startsWith('chore(release)')),
    ).toHaveLength(1);
    expect(git('rev-parse', 'v1.3.0^{commit}')).toBe(git('rev-parse', 'main'));
    const api = async (path: string): Promise<unknown[]> => {
      const answer = await fetch(`${github.url}/repos/${github.owner}/${github.repo}/${path}`, {
        headers: { authorization: `Bearer ${secrets.GITHUB_TOKEN}` },
      });
      return (await answer.json()) as unknown[];
    };
    expect(await api('releases')).toHaveLength(1);
    expect(await api('issues?state=all')).toHaveLength(0);
    const packument = await fetch(`${world.npm!.production.url}${sample.name}`, {
      headers: { authorization: `Bearer ${secrets.NPM_TOKEN}` },
    });
    expect(Object.keys(((await packument.json()) as { versions: object }).versions)).toEqual(['1.3.0']);
    // A killed write leaves a hidden file that Logseq does not read and the next opening of the graph sweeps away.
    const pages = readdirSync(join(graph, 'pages')).filter((name) => !name.startsWith('.'));
    expect(pages).toHaveLength(3);
    for (const page of pages) {
      const ids = readFileSync(join(graph, 'pages', page), 'utf8').match(/^\s*id:: .*$/gm) ?? [];
      expect(new Set(ids).size, `no block of ${page} is doubled`).toBe(ids.length);
    }
  },
);
