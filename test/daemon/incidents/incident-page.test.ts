import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alertOf } from '../../../daemon/alerts/alert-of.ts';
import { taskIn } from '../../../daemon/graph-index/task-in.ts';
import { incidentDesk } from '../../../daemon/incidents/desk.ts';
import { sqliteIncidents } from '../../../daemon/journal/incidents.ts';
import { incidentPage } from '../../../daemon/pages/incident.ts';
import { postMortemPage } from '../../../daemon/pages/post-mortem.ts';
import type { NodeState } from '../../../shared/run/state.ts';
import { createTestEngine, type TestEngine } from '../../fakes/engine.ts';
import { ADA, incidentOf, looked, openIncident } from '../../fakes/incident.ts';
import { sourceOf } from '../pages/runs.ts';
import { flat, part, textOf } from './reading.ts';

let test: TestEngine;
beforeEach(async () => {
  test = await createTestEngine();
});
afterEach(() => test.remove());

const iso = (at: number): string => new Date(at).toISOString();

describe('tasks', () => {
  it('stand in one place: on the incident’s page, and once there is a post-mortem, there [incident.pages.tasks]', async () => {
    const { run, id } = await openIncident(test);
    const page = (siblings: Record<string, string>) =>
      part(incidentPage.render(sourceOf(test, run, null, { siblings })), 'Tasks');
    const postMortem = { 'post-mortem': `Post-mortem ${id}` };
    expect(page(postMortem)).toBe('');
    const tell = (text: string) => test.engine.tell(run, { change: { action_items: [{ text }] } }, ADA);
    await tell('Alert on the pool');
    expect(page({})).toContain('TODO Alert on the pool');
    expect(page(postMortem)).toBe(`## Tasks\n1 action item stands on [[Post-mortem ${id}]].`);
    await tell('Load test');
    expect(page(postMortem)).toBe(`## Tasks\n2 action items stand on [[Post-mortem ${id}]].`);
    expect(part(postMortemPage.render(sourceOf(test, run)), 'Action items')).toMatch(
      /TODO Alert on the pool.*\n.*TODO Load test/,
    );
  });
});

it('the tasks of an incident are read by the review as they are meant: whose they are, and until when [incident.pages.tasks]', async () => {
  const { run } = await openIncident(test);
  const items = [{ text: 'Alert on the pool', owner: 'Bo', due: '2026-01-12' }, { text: 'Load test' }];
  await test.engine.tell(run, { change: { action_items: items } }, ADA);
  const tasks = flat(postMortemPage.render(sourceOf(test, run)).blocks)
    .map(({ content }) => taskIn(content, {}, () => undefined))
    .filter((task) => task !== undefined);
  expect(tasks).toMatchObject([{ owned: true, due: '2026-01-12' }, { owned: false }]);
  expect(tasks[1]).not.toHaveProperty('due');
});

describe('findings', () => {
  it('each have a chart of their own, also where two questions have the same answer [incident.pages.charts]', async () => {
    const { run } = await openIncident(test);
    const source = sourceOf(test, run);
    const [[key, look]] = [...source.state.nodes].filter(([, { output }]) => output !== undefined) as [
      [string, NodeState],
    ];
    const again = {
      ...look,
      key: 'detect/look_again',
      output: looked({ finding: 'The share of timeouts rose, too.' }),
    };
    const nodes = new Map<string, NodeState>([
      [key, look],
      [again.key, again],
    ]);
    const doc = incidentPage.render({ ...source, state: { ...source.state, nodes } });
    const names = flat(doc.blocks).flatMap(({ asset }) => (asset ? [asset.name] : []));
    expect(names).toHaveLength(2);
    expect(new Set(names).size).toBe(2);
  });
});

describe('what nobody could answer', () => {
  it('is said once for all questions, and once as a need [incident.pages.gaps]', async () => {
    const why = 'No Prometheus is configured.';
    const gap = (query: string) => looked({ digest: '', finding: why, query });
    const { run } = await openIncident(test, { look: gap('errors') });
    const change = { conditions: [why, why, 'The pool is empty.'], needs: [why] };
    await test.engine.tell(run, { change }, ADA);
    const source = sourceOf(test, run);
    const [[key, look]] = [...source.state.nodes].filter(([, { output }]) => output !== undefined) as [
      [string, NodeState],
    ];
    const nodes = new Map<string, NodeState>([
      [key, look],
      ['detect/latency', { ...look, key: 'detect/latency', output: gap('latency') }],
    ]);
    const doc = incidentPage.render({ ...source, state: { ...source.state, nodes } });
    expect(part(doc, 'Findings').split('\n')).toEqual([
      '## Findings',
      why,
      expect.stringContaining('`errors`'),
      expect.stringContaining('`latency`'),
      '⚠ A gap: the source gave no answer.',
    ]);
    const said = part(doc, 'Conditions');
    expect(said.split(why).length - 1).toBe(1);
    expect(said.indexOf('The pool is empty.')).toBeLessThan(said.indexOf(why));
  });

  it('makes no row of its own, and a draft names times as people read them [incident.pages.gaps]', async () => {
    const { run } = await openIncident(test);
    const impact = { requests: null, failing: null, counted_s: 60, minutes: 3, unmeasured: ['requests'] };
    const customer = 'We write again by 2026-01-05T10:00:00.123Z.';
    const summary = 'It has gone on since 2026-01-05T09:00:00Z.';
    await test.engine.tell(run, { change: { impact, summary, customer_update: customer } }, ADA);
    const doc = incidentPage.render(sourceOf(test, run));
    expect(part(doc, 'Impact')).not.toContain('Requests counted over');
    expect(part(doc, 'Drafts')).toContain('We write again by 2026-01-05 11:00:00 +01:00.');
    expect(doc.blocks[0]!.content).toContain('It has gone on since 2026-01-05 10:00:00 +01:00.');
  });
});

describe('the page of an incident', () => {
  it('says of many alerts which thing each is about, what fires first, and that it goes on [incident.pages.alerts]', async () => {
    const { run } = await openIncident(test);
    const on = (instance: string) =>
      alertOf(
        {
          name: 'NodeDown',
          status: 'firing',
          key: 'g1',
          fingerprint: instance,
          labels: { alertname: 'NodeDown', service: 'api', instance },
        },
        test.clock.now(),
      );
    const [a, b] = [on('node-a:9100'), on('node-b:9100')];
    await test.journal.append(run, [
      { type: 'alerts.received', node: '', payload: { source: 'am', firing: [a, b], resolved: [] } },
      {
        type: 'alerts.received',
        node: '',
        payload: { source: 'am', firing: [], resolved: [{ ...a, status: 'resolved', ended: test.clock.now() }] },
      },
    ]);
    await test.engine.tell(run, { change: { summary: 'Two nodes went down.' } }, ADA);
    const doc = incidentPage.render(sourceOf(test, run));
    expect(doc.blocks[0]!.content).toContain('Two nodes went down. Now 2 alerts fire.');
    const rows = part(doc, 'Alerts')
      .split('\n')
      .filter((row) => row.includes('NodeDown'));
    expect(rows).toEqual([
      expect.stringMatching(/NodeDown \(api, node-b:9100\) .* fires /),
      expect.stringMatching(/NodeDown \(api, node-a:9100\) .* resolved /),
    ]);
    expect(part(doc, 'Timeline')).toContain('NodeDown (api, node-a:9100) is resolved.');
    await test.engine.tell(run, { change: { status: 'Closed' } }, ADA);
    expect(incidentPage.render(sourceOf(test, run)).blocks[0]!.content).not.toContain('Now');
  });

  it('says that its run has failed, why, and how to go on, as long as it is open [incident.pages.stopped]', async () => {
    const { run } = await openIncident(test);
    const source = sourceOf(test, run);
    const failure = { code: 'git.rejected', message: 'The remote takes no push.', retryable: false };
    const page = () => incidentPage.render({ ...source, state: { ...source.state, status: 'failed', failure } });
    expect(part(page(), 'What failed')).toContain('The remote takes no push. (`git.rejected`)');
    expect(part(page(), 'What failed')).toContain(`stagebook resume ${run}`);
    source.state.incident!.status = 'Closed';
    expect(part(page(), 'What failed')).toBe('');
  });

  it('folds away the further times of an alert that comes and goes, so that what people did stays [incident.pages.flapping]', async () => {
    const { run } = await openIncident(test);
    const flaps = (times: number) =>
      test.journal.append(
        run,
        Array.from({ length: times }, (_, n) => {
          const at = test.clock.now() + n * 60_000;
          const told = { name: 'Flaps', key: 'g1', fingerprint: 'f', started: at, status: 'firing' };
          const alert = alertOf(told, at);
          const over = { ...alert, status: 'resolved' as const, ended: at + 30_000 };
          const event = (firing: (typeof alert)[], resolved: (typeof alert)[]) =>
            ({ type: 'alerts.received', node: '', payload: { source: 'am', firing, resolved } }) as const;
          return [event([alert], []), event([], [over])];
        }).flat(),
      );
    await flaps(150);
    await test.engine.tell(run, { change: { note: 'Called the provider.' } }, ADA);
    await flaps(50);
    const timeline = incidentPage.render(sourceOf(test, run)).blocks.find(({ key }) => key === 'timeline')!;
    const shown = timeline.children!.filter(({ key }) => key.startsWith('timeline/shown/')).map((each) => each.content);
    expect(shown.join('\n')).toMatch(/opened INC-.*Flaps fires.*Called the provider/s);
    const told = shown.filter((line) => line.includes('Flaps'));
    expect(told).toHaveLength(3);
    expect(told[2]).toContain('Flaps fires; it comes and goes, and further times are folded away.');
  });

  it('tells status, impact, needs, hypotheses, timeline, tasks, links and drafts, in this order [incident.pages.incident]', async () => {
    const { run } = await openIncident(test);
    await test.engine.tell(
      run,
      {
        change: {
          summary: 'Every fifth request fails.',
          commander: 'Ada',
          scribe: 'Bo',
          responders: ['Ada', 'Bo'],
          impact: { requests: 1200, failing: 240, share: 0.2, users: null, unmeasured: ['slo_budget'] },
          conditions: ['The pool is empty.'],
          actions: ['Roll back.'],
          needs: ['Somebody who knows the pool.'],
          next_update_due: '2026-01-05T10:00:00Z',
          hypotheses: [
            { id: 'pool', statement: 'The pool runs dry.', status: 'supported', for: ['wait time is up'], against: [] },
          ],
          changes: [{ title: 'api 1.2', url: 'https://ci.example/12' }],
          pull_requests: [{ title: '#7', url: 'https://github.com/o/r/pull/7' }],
          customer_update: 'We are looking into failing requests.',
          action_items: [
            { text: 'Alert on the pool', kind: 'detect', owner: 'Bo', due: '2026-01-12' },
            { text: 'Load test' },
          ],
        },
      },
      ADA,
    );
    const doc = incidentPage.render(sourceOf(test, run));
    expect(doc.name).toBe('INC-2026-01-05-001');
    expect(doc.properties).toMatchObject({
      type: 'incident',
      status: 'Active',
      severity: 'P1',
      service: 'api',
      'dedup-key': 'g1',
      commander: 'Ada',
      scribe: 'Bo',
      responders: 'Ada, Bo',
      'impact-started': iso(test.clock.now() - 90_500).replace(/\.\d+/, ''),
      detected: iso(test.clock.now()).replace(/\.\d+/, ''),
      workflow: '[[Respond]]',
    });
    const heads = doc.blocks.map(({ content }) => content.split('\n')[0]!);
    expect(heads[0]).toBe('**Active P1** HighErrorRate on api: Every fifth request fails. Now 1 alert fires.');
    const order = [
      'Impact',
      'Conditions, actions, needs',
      'Hypotheses',
      'Findings',
      'Timeline',
      'Durations',
      'Tasks',
      'Alerts',
      'Changes',
      'Drafts',
    ];
    const places = order.map((title) => heads.findIndex((head) => head.startsWith(`## ${title}`)));
    expect(places).toEqual(places.toSorted((one, other) => one - other));
    expect(places).not.toContain(-1);
    const impact = part(doc, 'Impact');
    expect(impact).toContain('| Requests that failed | 240 |');
    expect(impact).toContain('| Share of the requests that failed | 20 % |');
    expect(impact).toContain('❓ **Open question:** How many users were affected? They were not measured.');
    expect(impact).toContain('❓ **Open question:** slo budget was not measured.');
    expect(part(doc, 'Conditions')).toContain('Next update due 2026-01-05 11:00:00 +01:00');
    expect(part(doc, 'Tasks')).toContain('TODO Alert on the pool (detect, owner: Bo, due 2026-01-12)');
    expect(part(doc, 'Tasks')).toContain('TODO Load test (❓ no owner, ❓ no due date)');
    expect(part(doc, 'Drafts')).toContain('We are looking into failing requests.');
    const line = doc.blocks
      .find(({ key }) => key === 'timeline')!
      .children!.find(({ content }) => content.includes('HighErrorRate (api) fires'))!;
    expect(line).toMatchObject({ content: expect.stringMatching(/fires\.$/), collapsed: true });
    expect(line.children!.map(({ content }) => content)).toEqual([
      expect.stringMatching(/^line 3 after [0-9a-f]{12} · since: /),
    ]);
  });

  it('shows findings with their chart, and a source that gave no answer as a gap [incident.pages.charts]', async () => {
    const { run } = await openIncident(test);
    const findings = incidentPage.render(sourceOf(test, run)).blocks.find(({ content }) => content === '## Findings')!;
    const text = textOf({ blocks: [findings] });
    expect(text).toContain(
      'Prometheus: `job:http_errors:ratio` · 2026-01-05 09:00:00 +01:00 to 2026-01-05 09:01:00 +01:00',
    );
    const chart = flat([findings]).find(({ asset }) => asset)!;
    expect(chart.content).toBe(`![chart](../assets/${chart.asset!.name})`);
    expect(chart.asset!.content).toMatch(/^<svg [^]*polyline[^]*<\/svg>$/);
    const look = looked({ digest: '', finding: 'Prometheus did not answer.', series: { unit: '', lines: [] } });
    const gap = incidentPage.render(sourceOf(test, (await openIncident(test, { look })).run));
    expect(part(gap, 'Findings')).toContain('Prometheus did not answer.');
    expect(part(gap, 'Findings')).toContain('⚠ A gap: the source gave no answer.');
    expect(flat(gap.blocks).some(({ asset }) => asset)).toBe(false);
  });

  it('keeps what people correct, with who and why, and lets steps not undo it [incident.pages.corrections]', async () => {
    const { run, id } = await openIncident(test);
    const books = sqliteIncidents(test.database);
    const said = iso(test.clock.now() - 600_000);
    await test.engine.tell(
      run,
      { change: { impact_started: said, severity: 'P0' }, why: 'Users wrote at ten to.' },
      ADA,
    );
    const info = { id: run, title: '', startedAt: 0, by: 'x', state: () => test.engine.state(run) };
    const desk = incidentDesk(
      { journal: test.journal, books, clock: test.clock, redact: (value) => value },
      info,
      'detect/look',
    );
    for (let n = 0; n < 2; n += 1) await desk.say({ impact_started: iso(0), summary: 'A step speaks.' }, 'key-1');
    expect(test.engine.events(run).filter(({ type }) => type === 'incident.updated')).toHaveLength(2);
    expect(incidentOf(test, run).moments.impact_started).toMatchObject({ at: Date.parse(said), by: ADA });
    expect(books.get(id)).toEqual(incidentOf(test, run));
    const corrections = part(incidentPage.render(sourceOf(test, run)), 'Corrections');
    expect(corrections).toContain('**Ada** changed severity from P1 to P0: Users wrote at ten to.');
    const moment = String.raw`2026-01-05 \d\d:\d\d:\d\d \+01:00`;
    expect(corrections).toMatch(
      new RegExp(String.raw`\*\*Ada\*\* changed impact started from ${moment} to ${moment}: Users`),
    );
    // Lines have their times in one zone.
    const lines = part(incidentPage.render(sourceOf(test, run)), 'Timeline');
    expect(lines).toMatch(
      new RegExp(String.raw`decision: severity P0; impact started ${moment}\.|impact started ${moment}; severity`),
    );
  });

  it('says in the line of an answer what was answered [incident.pages.answers]', async () => {
    const { run } = await openIncident(test);
    await test.engine.answer(run, 'detect/what_now', `Roll back. ${'It went out at nine. '.repeat(20)}`, ADA);
    const lines = part(incidentPage.render(sourceOf(test, run)), 'Timeline');
    expect(lines).toMatch(/\*\*Ada\*\* · decision: answered “What now”: Roll back\. It went out at nine\..{100,180}…/);
  });

  it('lets a person pin, fold away, correct and add lines, and tells what a line said before [incident.pages.curation]', async () => {
    const { run } = await openIncident(test);
    const tell = (said: Parameters<typeof test.engine.tell>[1]) => test.engine.tell(run, said, ADA);
    await tell({ change: { note: 'Called the provider.' } });
    await tell({ line: 1, deed: 'hide', why: 'obvious' });
    await tell({
      line: 3,
      deed: 'correct',
      text: 'The pool ran dry',
      at: test.clock.now() - 60_000,
      why: 'it was the pool',
    });
    await tell({ line: 2, deed: 'pin', why: 'look here first' });
    await expect(tell({ line: 999, deed: 'pin', why: 'x' })).rejects.toMatchObject({ code: 'incident.line' });
    const timeline = incidentPage.render(sourceOf(test, run)).blocks.find(({ key }) => key === 'timeline')!;
    const shown = timeline.children!.filter(({ key }) => key.startsWith('timeline/shown/'));
    const folded = timeline.children!.find(({ key }) => key === 'timeline/folded')!;
    expect(shown.map(({ content }) => content).join('\n')).toContain('note: Called the provider.');
    expect(shown.find(({ key }) => key.endsWith('/2'))!.content).toMatch(/^📌 /);
    const corrected = shown.find(({ key }) => key.endsWith('/3'))!;
    expect(corrected.content).toContain('finding: The pool ran dry.');
    expect(textOf({ blocks: corrected.children! })).toMatch(
      /Corrected by Ada .*: it was the pool. It said: .*HighErrorRate \(api\) fires/,
    );
    expect(folded.children!.map(({ key }) => key)).toContain('timeline/folded/1');
  });
});
