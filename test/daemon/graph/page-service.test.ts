import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFolder } from '../../../daemon/graph/folder.ts';
import { sqliteBlockMemory } from '../../../daemon/journal/block-memory.ts';
import { sqliteIncidents } from '../../../daemon/journal/incidents.ts';
import { sqliteOutboxStore } from '../../../daemon/journal/outbox-store.ts';
import { pageKinds } from '../../../daemon/pages/index.ts';
import { createPageService, type PageService } from '../../../daemon/graph/page-service.ts';
import type { RunState } from '../../../shared/run/state.ts';
import type { TestEngine } from '../../fakes/engine.ts';
import { agree, create, releaseWorkflow } from '../pages/runs.ts';

const NOTES = '### Added\n\n- a flag\n\n### Fixed\n\n- a crash';
const RELEASE = 'Release pkg 1.1.0';

describe('the pages of runs', () => {
  let folder: string;
  let graphId: string;
  let test: TestEngine;
  let pages: PageService;
  let problems: string[];

  const listen = (store = sqliteOutboxStore(test.database)): PageService => {
    const service = createPageService({
      store,
      memory: sqliteBlockMemory(test.database),
      clock: test.clock,
      kinds: pageKinds,
      zone: 'UTC',
      graph: (id) => openFolder(id.replace(/^folder:/, '')),
      runs: {
        state: (run) => test.engine.state(run),
        definition: (run) => test.engine.definition(run),
        events: (run) => test.engine.events(run),
        since: (pos, limit) => test.journal.since(pos, limit),
      },
      incidents: (graph) => sqliteIncidents(test.database).list({ graph, limit: 100 }),
      onProblem: (problem) => problems.push(problem),
    });
    test.engine.subscribe({ events: (events) => service.note(events) });
    return service;
  };
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stagebook-pages-'));
    graphId = (await openFolder(folder)).id;
    problems = [];
    test = await create();
    pages = listen();
    pages.open();
  });
  afterEach(async () => {
    await pages.close();
    test.remove();
    await rm(folder, { recursive: true, force: true });
  });
  const start = (more: object = {}): Promise<RunState> => test.run(releaseWorkflow(), {}, { graph: graphId, ...more });
  const text = (name: string): Promise<string> => readFile(join(folder, 'pages', `${name}.md`), 'utf8');
  const runPage = 'Runs___2026-01-05 1 Package release';
  const draft = (run: string, data: object = {}) =>
    pages.of(run).write('release', { package: 'pkg', version: '1.1.0', notes: NOTES, ...data });
  const edit = async (name: string, from: string, to: string): Promise<void> => {
    const old = await text(name);
    expect(old).toContain(from);
    await writeFile(join(folder, 'pages', `${name}.md`), old.replace(from, to));
  };

  it('are written by themselves while a run goes on, and link each other [core.graph.outbox]', async () => {
    const { run } = await start();
    await draft(run);
    await pages.of(run).write('announcement', { package: 'pkg', version: '1.1.0' });
    await pages.flush();
    expect(await text(runPage)).toMatch(/^status:: waiting$/m);
    expect(await text(runPage)).toMatch(/^release:: \[\[Release pkg 1\.1\.0\]\]$/m);
    expect(await text(runPage)).toMatch(/^announcement:: \[\[Release Announcement - pkg v1\.1\.0\]\]$/m);
    expect(await text(RELEASE)).toMatch(/^run:: \[\[Runs\/2026-01-05 1 Package release\]\]$/m);
    await agree(test, run);
    await pages.flush();
    expect(await text(runPage)).toMatch(/^status:: completed$/m);
    // The release's gates and line follow the run as well.
    expect(await text(RELEASE)).toContain('| The release manager agrees | 1 of 1 | ✓ agreed |');
    expect(await text(RELEASE)).toContain('**Crossed**');
    expect(problems).toEqual([]);
  });

  it('come after a restart as the run is by then, also what happened while nobody listened [core.graph.outbox]', async () => {
    await pages.close();
    const { run } = await start();
    test = await test.restart();
    pages = listen();
    await agree(test, run);
    pages.open();
    await pages.flush();
    expect(await text(runPage)).toMatch(/^status:: completed$/m);
  });

  it('say of an incident that it is open again once its run is resumed, whichever of several it is [incident.pages.index]', async () => {
    const by = { kind: 'person', name: 'Ada' } as const;
    const incident = async (title: string, id: string): Promise<string> => {
      const { run } = await start();
      const opened = { id, title, service: 'shop', severity: 'P2' as const, known: true, why: '', by };
      await test.journal.append(run, [{ type: 'incident.opened', node: '', payload: opened }]);
      return run;
    };
    const run = await incident('Slow', 'INC-2026-01-05-001');
    await test.engine.cancel(run, by);
    await test.work();
    await incident('Down', 'INC-2026-01-05-002');
    await pages.flush();
    expect(await text('Incidents')).toMatch(/Slow.* · Closed/);
    await test.engine.resume(run, { by });
    await test.settle();
    await pages.flush();
    expect(await text('Incidents')).toMatch(/Slow.* · Active/);
  });

  it('are caught up with when the books of what is owed could not be kept for a moment [core.graph.outbox]', async () => {
    let isFull = true;
    const store = sqliteOutboxStore(test.database);
    await pages.close();
    const service = listen({
      ...store,
      put(owed) {
        if (isFull) throw new Error('the disk is full');
        store.put(owed);
      },
    });
    service.open();
    await start();
    expect(problems).toEqual(['the disk is full']);
    isFull = false;
    test.clock.advanceTo(test.clock.now() + 10_000);
    await service.flush();
    expect(await text(runPage)).toContain('status:: waiting');
    await service.close();
  });

  it('wait while the graph is away, and lose nothing [core.graph.outbox]', async () => {
    const away = `${folder}-away`;
    await rename(folder, away);
    const { run } = await start();
    await draft(run);
    await pages.flush();
    expect(problems).not.toEqual([]);
    await expect(pages.of(run).read(RELEASE)).rejects.toMatchObject({
      code: 'graph.away',
      failure: { retryable: true },
    });
    await rename(away, folder);
    pages.wake(graphId);
    await pages.flush();
    expect(await text(RELEASE)).toMatch(/^status:: planned$/m);
    expect(await text(runPage)).toMatch(/^status:: waiting$/m);
  });

  it('are read as they stand: a step sees what it wrote before, with what a person made of it', async () => {
    const { run } = await start();
    const mine = pages.of(run);
    expect(await mine.read(RELEASE)).toBeNull();
    expect(await mine.section(RELEASE, 'notes')).toBeNull();
    await draft(run);
    expect(await mine.section(RELEASE, 'notes')).toEqual({ page: RELEASE, text: NOTES });
    await edit(RELEASE, '- a flag\n', '- a flag, `--all`\n');
    await edit(RELEASE, '\t- ### Fixed\n', '\t\t- and a second one #new\n\t- ### Fixed\n');
    const published = '### Added\n\n- a flag, `--all`\n- and a second one #new\n\n### Fixed\n\n- a crash';
    expect(await mine.section(RELEASE, 'notes')).toEqual({ page: RELEASE, text: published });
    expect((await mine.read(RELEASE))!.text).toContain('and a second one #new');

    // The edited notes come back with the publishing step, and nothing is doubled or lost.
    await draft(run, { status: 'published', notes: published, tag: 'v1.1.0' });
    await pages.flush();
    expect(await mine.section(RELEASE, 'notes')).toEqual({ page: RELEASE, text: published });
    expect(await text(RELEASE)).toMatch(/^status:: published$/m);
    await edit(RELEASE, '### Fixed', '### Repaired');
    expect((await mine.section(RELEASE, 'notes'))!.text).toContain('### Repaired\n\n- a crash');
  });

  it('gather what the steps of one run say of a release, but not how it stood before', async () => {
    const { run } = await start();
    await draft(run, { status: 'rejected', reason: 'coverage', commit: 'abc', level: null });
    await draft(run, { tag: 'v1.1.0', notes: null });
    await pages.flush();
    const page = await text(RELEASE);
    expect(page).toMatch(/^status:: planned$/m);
    expect(page).not.toMatch(/^reason::/m);
    expect(page).toMatch(/^commit:: abc$/m);
    expect(page).toMatch(/^tag:: v1\.1\.0$/m);
    expect(page).toContain('- a crash');
  });

  it('get what a step appends, once, as blocks of their own', async () => {
    const { run } = await start();
    const mine = pages.of(run);
    await mine.append('Log', 'Released {{renderer :stagebook, step}} with [[love]]\nkey:: value', 'k1');
    await mine.append('Log', '- one\n\t- two\n- three', 'k2');
    await pages.flush();
    await mine.append('Log', 'Released again, by a repeated step', 'k1');
    await pages.flush();
    expect((await mine.read('Log'))!.text.replace(/\n\s*id:: .*/g, '')).toBe(
      '- Released again, by a repeated step\n- one\n\t- two\n- three\n',
    );
    await mine.append('Log', 'Released {{renderer :stagebook, step}} with [[love]]\nkey:: value', 'k3');
    await pages.flush();
    expect(await text('Log')).toContain('- Released \\{\\{renderer :stagebook, step}} with [[love]]\n');
    expect(await text('Log')).toContain('  key:\\: value\n');
  });

  it('are none for a dry run, and a step without a graph says what to do', async () => {
    await start({ dryRun: true });
    await pages.flush();
    expect(await readdir(folder)).toEqual([]);
    const other = await test.run(releaseWorkflow());
    await expect(draft(other.run)).rejects.toMatchObject({ code: 'page.no_graph' });
  });

  it('refuse at once what no page could show', async () => {
    const { run } = await start();
    await expect(pages.of(run).write('release', { package: 'pkg' })).rejects.toMatchObject({ code: 'page.data' });
    await expect(pages.of(run).write('poem', {})).rejects.toMatchObject({ code: 'page.unknown_kind' });
    await pages.flush();
    expect(await readdir(join(folder, 'pages'))).toEqual([`${runPage}.md`]);
  });
});
