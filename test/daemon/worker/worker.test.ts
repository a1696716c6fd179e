import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCluster, type Cluster } from '../../../daemon/demo/cluster/world.ts';
import { verifyRun } from '../../../daemon/journal/verify.ts';
import type { Daemon } from '../../../daemon/open.ts';
import type { Definition } from '../../../shared/workflow/definition.ts';
import { node, step } from '../../fakes/outline.ts';
import { requireRestate } from '../../programs.ts';

const BY = { kind: 'person', name: 'Ada' } as const;
const POLICY = { trust: false, signToStart: false };
/** Only the workers have it. */
const SECRET = 'npm_a-secret-of-the-workers-0123456789';
const hasRestate = requireRestate();

/** One stage of a persona that comes with Stagebook. */
const workflow = (persona: string, ...nodes: ReturnType<typeof node>[]): Definition => ({
  language: 1,
  header: node('workflow', 'afar'),
  body: [node('stage', 'work', { persona }, ...nodes)],
});

describe.runIf(hasRestate)('stagebook worker', () => {
  let cluster: Cluster;
  let hub: Daemon;
  let graph: string;
  beforeAll(async () => {
    cluster = await makeCluster({ workers: 2, environment: { NPM_TOKEN: SECRET } });
    graph = join(cluster.folder, 'graph');
    for (const name of ['pages', 'journals', 'logseq']) mkdirSync(join(graph, name), { recursive: true });
    hub = await cluster.openHub({ policy: POLICY });
  });
  afterAll(async () => {
    await hub?.close();
    await cluster?.stop();
  });

  const writes = (id: string) => {
    const directory = join(cluster.folder, id);
    mkdirSync(directory);
    const file = join(directory, 'done.txt');
    return { file, step: step(id, 'files.write', { with: { directory, files: [{ path: 'done.txt', text: id }] } }) };
  };

  it('does the steps of the hub’s runs, and their pages are written at the hub [scale.worker.steps]', async () => {
    const { file, step: write } = writes('first');
    const note = step('note', 'page.append', { with: { page: 'Notes', content: 'From afar' } });
    const ask = node('ask', 'go', { question: 'Go on?', options: ['yes', 'no'] });
    const run = await hub.engine.start({
      definition: workflow('backend', write, ask, note),
      inputs: {},
      by: BY,
      graph,
    });
    expect(await hub.engine.settled(run)).toMatchObject({ status: 'waiting' });
    expect(readFileSync(file, 'utf8')).toBe('first');
    await hub.engine.answer(run, 'work/go', 'yes', BY);
    expect(await hub.engine.settled(run)).toMatchObject({ status: 'completed' });
    await expect
      .poll(
        async () => {
          await hub.pages.flush();
          return existsSync(join(graph, 'pages', 'Notes.md')) && readFileSync(join(graph, 'pages', 'Notes.md'), 'utf8');
        },
        { timeout: 20_000 },
      )
      .toContain('From afar');
    expect(await verifyRun(hub.database, run)).toMatchObject({ problems: [] });
  });

  it('reads secrets where the step runs, for personas that may have them; the hub never hears a value [scale.worker.secrets]', async () => {
    const directory = join(cluster.folder, 'secret');
    mkdirSync(directory);
    const file = join(directory, 'token.txt');
    const text = '${{ secret("NPM_TOKEN") }}';
    const write = step('token', 'files.write', { with: { directory, files: [{ path: 'token.txt', text }] } });
    const run = await hub.engine.start({ definition: workflow('backend', write), inputs: {}, by: BY, graph });
    expect(await hub.engine.settled(run)).toMatchObject({ status: 'completed' });
    expect(readFileSync(file, 'utf8')).toBe(SECRET);
    expect(JSON.stringify(hub.journal.events(run))).not.toContain(SECRET);
    const other = step('other', 'files.write', {
      with: { directory, files: [{ path: 'b', text: '${{ secret("OTHER") }}' }] },
    });
    await expect(
      hub.engine.start({ definition: workflow('backend', other), inputs: {}, by: BY, graph }),
    ).rejects.toMatchObject({ code: 'definition.broken' });
  });

  it('goes on with a run while the hub is down, which then hears everything once [scale.hub.down]', async () => {
    const { file, step: write } = writes('second');
    const note = step('note', 'page.append', { with: { page: 'Later', content: 'While you were away' } });
    const wait = node('wait', 'pause', { for: '2s' });
    const run = await hub.engine.start({
      definition: workflow('backend', wait, write, note),
      inputs: {},
      by: BY,
      graph,
    });
    await expect.poll(() => hub.journal.events(run).some(({ type }) => type === 'timer.set')).toBe(true);
    await hub.close();
    await expect.poll(() => existsSync(file), { timeout: 20_000 }).toBe(true);
    hub = await cluster.openHub({ policy: POLICY });
    await expect.poll(() => hub.engine.state(run).status, { timeout: 20_000 }).toBe('completed');
    const { events, problems } = await verifyRun(hub.database, run);
    expect(problems).toEqual([]);
    expect(hub.journal.events(run).map(({ seq }) => seq)).toEqual(
      Array.from({ length: events }, (_, index) => index + 1),
    );
    await expect
      .poll(
        async () => {
          await hub.pages.flush();
          return existsSync(join(graph, 'pages', 'Later.md'));
        },
        { timeout: 20_000 },
      )
      .toBe(true);
  });

  it('can be killed: another one at the address goes on, and every step is recorded once [scale.worker.kill]', async () => {
    const steps = Array.from({ length: 4 }, (_, index) => writes(`kill-${index}`));
    const pauses = steps.map((_, index) => node('wait', `pause-${index}`, { for: '500ms' }));
    const body = steps.flatMap(({ step: each }, index) => [pauses[index]!, each]);
    const runs = await Promise.all(
      [1, 2, 3, 4].map(() => hub.engine.start({ definition: workflow('backend', ...body), inputs: {}, by: BY, graph })),
    );
    await expect.poll(() => existsSync(steps[0]!.file), { timeout: 20_000 }).toBe(true);
    await cluster.workers[0]!.kill();
    for (const run of runs) {
      await expect.poll(() => hub.engine.state(run).status, { timeout: 30_000 }).toBe('completed');
      const completed = hub.journal.events(run).filter(({ type }) => type === 'node.completed');
      expect(new Set(completed.map((event) => event.node)).size).toBe(completed.length);
      expect(await verifyRun(hub.database, run)).toMatchObject({ problems: [] });
    }
    await cluster.workers[0]!.start();
  });
});
