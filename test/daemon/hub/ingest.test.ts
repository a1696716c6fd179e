import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { troubleIn } from '../../../daemon/hub/event-shapes.ts';
import { hubLink } from '../../../daemon/hub/report.ts';
import { verifyRun } from '../../../daemon/journal/verify.ts';
import { pruneRuns } from '../../../daemon/journal/prune.ts';
import { fail } from '../../../shared/failure.ts';
import type { JsonObject } from '../../../shared/json.ts';
import type { NewEvent, RunEvent } from '../../../shared/run/event.ts';
import type { Definition } from '../../../shared/workflow/definition.ts';
import { createTestEngine } from '../../fakes/engine.ts';
import { createTestHub, reportedOf, type TestHub } from '../../fakes/hub.ts';
import { node, step, workflowOf } from '../../fakes/outline.ts';

const BY = { kind: 'person', name: 'Ada' } as const;

const definition = (): Definition =>
  workflowOf(
    step('one', 'act.read', { with: { name: 'one' } }),
    node(
      'parallel',
      'both',
      {},
      step('left', 'act.write', { with: { name: 'l' } }),
      step('right', 'act.read', { with: { name: 'r' } }),
    ),
    step('last', 'act.irreversible', { with: { name: 'last', value: 'x'.repeat(20_000) } }),
  );

/** The events that an engine records for this definition, from the second on. */
async function eventsOf(of: Definition): Promise<RunEvent[]> {
  const other = await createTestEngine();
  const { run } = await other.run(of);
  const events = other.engine.events(run);
  other.remove();
  return events.slice(1);
}

let hubs: TestHub[] = [];
const open = async (own?: Parameters<typeof createTestHub>[0]): Promise<TestHub> => {
  const hub = await createTestHub(own);
  hubs.push(hub);
  return hub;
};
afterEach(async () => {
  await Promise.all(hubs.map((hub) => hub.close()));
  hubs = [];
});

const link = ({ id, url, token }: TestHub, more: { id?: string; token?: string } = {}) =>
  hubLink({ id: more.id ?? id, url }, { node: 'w1', token: () => Promise.resolve(more.token ?? token) });
const post = (hub: TestHub, body: string | object, headers: Record<string, string> = {}) =>
  fetch(`${hub.url}/ingest/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${hub.token}`, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify({ hub: hub.id, node: 'w1', ...body }),
  });
const codeOf = async (response: Response): Promise<string> => {
  const { error } = (await response.json()) as { error: { code: string } };
  return `${response.status} ${error.code}`;
};

describe('what workers report', () => {
  it('is on record once, in order, whatever comes twice, late or in another order, and its chain holds [scale.ingest.once]', async () => {
    const told = reportedOf(await eventsOf(definition()));
    const hub = await open();
    const piece = fc.tuple(fc.nat(told.length - 1), fc.integer({ min: 1, max: told.length }));
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
        const run = await hub.engine.start({ definition: definition(), inputs: {}, by: BY });
        for (const [from, length] of pieces) {
          const events = told.slice(from, from + length);
          const known = hub.journal.events(run).at(-1)!.seq;
          const reported = link(hub).report({ run, events });
          if (events[0]!.seq <= known + 1) await reported;
          else
            await expect(reported).rejects.toMatchObject({
              code: 'ingest.gap',
              failure: { data: { expected: known + 1 } },
            });
        }
        await link(hub).report({ run, events: told });
        expect(reportedOf(hub.journal.events(run, 1))).toEqual(told);
        expect(hub.engine.state(run)).toMatchObject({ status: 'completed' });
        expect(await verifyRun(hub.database, run)).toMatchObject({ events: told.length + 1, problems: [] });
      }),
      { numRuns: 12 },
    );
  });

  it('folds to the same as where it happened, but for places and times [scale.ingest.same]', async () => {
    const other = await createTestEngine();
    const { run: there } = await other.run(definition());
    const hub = await open();
    const run = await hub.engine.start({ definition: definition(), inputs: {}, by: BY });
    await link(hub).report({ run, events: reportedOf(other.engine.events(there).slice(1)) });
    const state = hub.engine.state(run);
    const twin = other.engine.state(there);
    other.remove();
    expect([...state.nodes]).toEqual([...twin.nodes]);
    expect({ status: state.status, output: state.output }).toEqual({ status: twin.status, output: twin.output });
  });

  it('is refused with a code when it comes from a stranger, another hub or of another run [scale.ingest.refusals]', async () => {
    const hub = await open();
    const other = await open({ id: 'hub2' });
    const events = reportedOf(await eventsOf(definition()));
    const run = await hub.engine.start({ definition: definition(), inputs: {}, by: BY });
    const report = { run, events };
    expect(await codeOf(await post(hub, report, { authorization: '' }))).toBe('401 ingest.token');
    expect(await codeOf(await post(hub, report, { authorization: `Bearer ${hub.token}x` }))).toBe('401 ingest.token');
    expect(await codeOf(await post(hub, { ...report, hub: other.id }))).toBe('403 ingest.hub');
    expect(await codeOf(await post(other, report))).toBe('404 ingest.run');
    expect(await codeOf(await post(hub, { ...report, run: 'nobody' }))).toBe('404 ingest.run');
    const get = await fetch(`${hub.url}/ingest/events`);
    expect(await codeOf(get)).toBe('405 ingest.method');
    expect(hub.journal.events(run)).toHaveLength(1);
    expect(other.journal.head()).toBe(0);
  });

  it('is refused when it is no report, and then nothing of it is on record [scale.ingest.refusals]', async () => {
    const hub = await open();
    const events = reportedOf(await eventsOf(definition()));
    const run = await hub.engine.start({ definition: definition(), inputs: {}, by: BY });
    const [first, second, third] = events as [(typeof events)[0], (typeof events)[0], (typeof events)[0]];
    const wrong: (string | object)[] = [
      '',
      '{',
      '[]',
      '\ud800',
      { run },
      { run, events: 'all' },
      { run, events: [first, third] },
      { run, events: [second, first] },
      { run, events: [{ ...first, seq: 0 }] },
      { run, events: [{ ...first, seq: 1.5 }] },
      { run, events: [{ ...first, at: -1 }] },
      { run, events: [{ ...first, type: 'run.exploded' }] },
      { run, events: [{ ...first, type: 'toString' }] },
      { run, events: [{ ...first, payload: {} }] },
      { run, events: [{ ...first, payload: null }] },
      { run, events: [{ ...first, extra: true }] },
      { run, events: [first], sql: 'drop table runs' },
      { run, events: Array.from({ length: 6_000 }, (_, index) => ({ ...first, seq: index + 2 })) },
      { run, events: [], deeds: [{ key: 'k', deed: { do: 'shell', argv: ['rm'] } }] },
    ];
    for (const body of wrong)
      expect([body, await codeOf(await post(hub, body))]).toEqual([body, '422 ingest.malformed']);
    expect(hub.journal.events(run)).toHaveLength(1);
  });

  it('is refused when it is larger than anything Restate takes, before it is read [scale.ingest.refusals]', async () => {
    const hub = await open();
    const large = new Uint8Array(41 * 2 ** 20);
    const response = await fetch(`${hub.url}/ingest/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${hub.token}` },
      body: large,
    });
    expect(await codeOf(response)).toBe('413 ingest.too_large');
  });

  it('is refused when something else is on record in its place, and that stays [scale.ingest.refusals]', async () => {
    const hub = await open();
    const events = reportedOf(await eventsOf(definition()));
    const run = await hub.engine.start({ definition: definition(), inputs: {}, by: BY });
    await link(hub).report({ run, events });
    const before = hub.journal.events(run);
    const forged = events.map((event) => ({ ...event, at: event.at + 1 }));
    expect(await codeOf(await post(hub, { run, events: forged }))).toBe('409 ingest.conflict');
    expect(hub.journal.events(run)).toEqual(before);
  });

  it('of a run that was pruned is over, and kept out [scale.ingest.once]', async () => {
    const hub = await open();
    const events = reportedOf(await eventsOf(definition()));
    const run = await hub.engine.start({ definition: definition(), inputs: {}, by: BY });
    await link(hub).report({ run, events });
    pruneRuns(hub.database, Number.MAX_SAFE_INTEGER, hub.clock.now());
    expect(await (await post(hub, { run, events })).json()).toEqual({ seq: events.length + 1 });
    expect(hub.journal.run(run)).toBeUndefined();
  });

  it('has every kind of event that the engines record', async () => {
    for (const { type, payload } of await eventsOf(definition()))
      expect(troubleIn(type, payload as unknown as JsonObject)).toBeUndefined();
  });
});

describe('a hub that is greeted by a worker', () => {
  it('takes it, or says what has to be mended; one that is away refuses nobody [scale.worker.refused]', async () => {
    const hub = await open();
    expect(await link(hub).greet()).toBeUndefined();
    await expect(link(hub, { token: 'another' }).greet()).rejects.toMatchObject({
      code: 'worker.token',
      message: expect.stringContaining('must have the same value'),
    });
    await expect(link(hub, { id: 'theirs' }).greet()).rejects.toMatchObject({
      code: 'worker.hub',
      message: expect.stringContaining('is not “theirs”'),
    });
    const nobody = hubLink({ id: 'ours', url: 'http://127.0.0.1:9' }, { node: 'w1', token: async () => 'x' });
    expect(await nobody.greet()).toContain('does not answer');
  });
});

describe('what only people say', () => {
  const gated = (): Definition => workflowOf(node('gate', 'good', {}, node('sign-off', 'look', {})));

  /** A run at the hub that waits at its gate, and the events with which it would go on after a signature. */
  async function atGate(hub: TestHub) {
    const other = await createTestEngine();
    const { run: there } = await other.run(gated());
    const waiting = reportedOf(other.engine.events(there).slice(1));
    other.remove();
    const run = await hub.engine.start({ definition: gated(), inputs: {}, by: { kind: 'person', name: 'Bob' } });
    await link(hub).report({ run, events: waiting });
    const [request] = hub.engine.requests(run);
    if (request?.kind !== 'sign-off') throw new Error('nothing is to be signed');
    const { node: gate, signOff } = request;
    const signature = hub.ada.sign(hub.engine.challenge({ kind: 'sign-off', run, node: gate, signOff }));
    const last = waiting.at(-1)!;
    const signed = {
      ...last,
      seq: last.seq + 1,
      type: 'gate.signed' as const,
      node: gate,
      payload: { signOff, signature },
    };
    return { run, gate, signOff, signature, signed };
  }

  it('is taken from a worker only when this hub has heard and checked it [scale.ingest.signatures]', async () => {
    const hub = await open();
    const { run, gate, signOff, signature, signed } = await atGate(hub);
    expect(await codeOf(await post(hub, { run, events: [signed] }))).toBe('403 ingest.unsigned');
    const before = hub.forwards.waiting();
    const done = hub.engine.sign(run, gate, signOff, signature);
    await expect.poll(() => hub.forwards.waiting()).toBe(before + 1);
    // The hub itself records nothing of it before it has its place in the run.
    expect(hub.journal.events(run).some(({ type }) => type === 'gate.signed')).toBe(false);
    await link(hub).report({ run, events: [signed] });
    await done;
    expect(hub.engine.state(run).nodes.get(gate)?.gate?.signatures).toHaveLength(1);
    expect(await verifyRun(hub.database, run)).toMatchObject({
      problems: [],
      signatures: [{ person: 'Ada', holds: true }],
    });
  });

  it('lets a called run go on only with its caller, once for each time that this one was resumed here [scale.ingest.signatures]', async () => {
    const hub = await open();
    const called: Definition = {
      ...workflowOf(step('x', 'act.write', { with: { name: 'x' } })),
      header: node('workflow', 'called'),
    };
    const calling = workflowOf(node('call', 'sub', { page: 'Called' }));
    const pages = { Called: called };
    const other = await createTestEngine();
    other.world.on('x', () => {
      throw fail('invalid', 'test.broken', 'broken');
    });
    const { run: caller } = await other.run(calling, {}, { pages });
    const child = other.engine.list().find(({ run }) => run !== caller)!.run;
    const [first, ...rest] = reportedOf(other.engine.events(caller));
    const begun = reportedOf(other.engine.events(child));
    const { definition: hash, title, number, memory } = other.journal.run(child)!;
    other.remove();
    const run = await hub.engine.start({ definition: calling, inputs: {}, by: BY, pages });
    await link(hub).report({ run, events: rest });
    const row = { run: child, definition: hash, title, number, memory, dryRun: false, at: first!.at };
    const begin = { row: { ...row, parent: { run, node: 'work/sub' } }, body: '' };
    await link(hub).report({ run: child, events: begun, begin });
    const last = begun.at(-1)!;
    const goesOn = (seq: number, name = 'the calling run') => ({
      ...last,
      seq,
      type: 'run.resumed' as const,
      payload: { by: { kind: 'system' as const, name }, forget: [] },
    });
    const [once, again] = [goesOn(last.seq + 1), goesOn(last.seq + 2)];
    expect(await codeOf(await post(hub, { run: child, events: [once] }))).toBe('403 ingest.unsigned');
    const resumed = hub.engine.resume(run, { by: BY });
    const said = hub.database.prepare('select body from forwards where run_id = ? order by id desc').pluck();
    const told = () => (JSON.parse(said.get(run) as string) as { events: NewEvent[] }).events[0]!;
    await expect.poll(() => told().type).toBe('run.resumed');
    const seq = rest.at(-1)!.seq + 1;
    await link(hub).report({ run, events: [{ ...told(), seq, attempt: 1, epoch: 1, at: last.at }] });
    await resumed;
    expect(await codeOf(await post(hub, { run: child, events: [once, again] }))).toBe('403 ingest.unsigned');
    const somebody = goesOn(last.seq + 1, 'somebody');
    expect(await codeOf(await post(hub, { run: child, events: [somebody] }))).toBe('403 ingest.unsigned');
    await link(hub).report({ run: child, events: [once] });
    await link(hub).report({ run: child, events: [once] });
    expect(hub.engine.state(child).status).toBe('running');
    expect(await codeOf(await post(hub, { run: child, events: [again] }))).toBe('403 ingest.unsigned');
  });

  it('opens no gate without it: whom it asks is on the page, and it passes when they have signed here [scale.ingest.gates]', async () => {
    const hub = await open();
    const { run, gate, signOff, signature, signed } = await atGate(hub);
    const closed = { ...signed, type: 'gate.closed' as const, payload: { passed: true, why: 'everyone asked agreed' } };
    expect(await codeOf(await post(hub, { run, events: [closed] }))).toBe('403 ingest.gate');
    const [opened] = reportedOf(hub.journal.events(run).filter(({ type }) => type === 'gate.opened'));
    const reopened = { ...opened!, seq: signed.seq, payload: { ...opened!.payload, signOffs: [] } };
    expect(await codeOf(await post(hub, { run, events: [reopened, { ...closed, seq: signed.seq + 1 }] }))).toBe(
      '403 ingest.gate',
    );
    expect(hub.journal.events(run).at(-1)!.seq).toBe(signed.seq - 1);
    const done = hub.engine.sign(run, gate, signOff, signature);
    await expect.poll(() => hub.forwards.waiting()).toBeGreaterThan(0);
    await vi.waitFor(() => link(hub).report({ run, events: [signed] }));
    await done;
    await link(hub).report({ run, events: [{ ...closed, seq: signed.seq + 1 }] });
    expect(hub.engine.state(run).nodes.get(gate)?.gate).toMatchObject({ passed: true });
  });

  it('does not wait for ever when the other engine is away: it is kept, and told later [scale.ingest.signatures]', async () => {
    const hub = await open();
    const { run, gate, signOff, signature } = await atGate(hub);
    let done = false;
    const signing = hub.engine.sign(run, gate, signOff, signature).then(() => (done = true));
    await expect.poll(() => hub.clock.next()).toBeDefined();
    expect(done).toBe(false);
    hub.clock.advanceTo(hub.clock.next()!);
    await signing;
    const [, told] = [hub.forwards.owed(10)[0], hub.database.prepare('select kind from forwards').pluck().all()];
    expect(told).toEqual(['start', 'tell']);
  });
});

describe('what steps want at the hub', () => {
  it('is done there after what they did is on record, and questions wait for that [scale.ingest.deeds]', async () => {
    const hub = await open();
    const events = reportedOf(await eventsOf(definition()));
    const run = await hub.engine.start({ definition: definition(), inputs: {}, by: BY });
    const never = new AbortController().signal;
    const early = link(hub).ask(run, 3, { ask: 'page.read', page: 'P' }, never);
    await link(hub).report({
      run,
      events: [],
      deeds: [
        { key: 'a', deed: { do: 'page.write', kind: 'release', data: {} } },
        { key: 'b', deed: { do: 'notice', channel: 'slack', message: { title: 'Hello' } } },
      ],
    });
    await link(hub).report({ run, events });
    expect(await early).toEqual({ page: 'P', text: 'as it stands' });
    expect(hub.deeds).toEqual(['write release', 'slack b: Hello']);
    const number = await link(hub).ask(run, 0, { ask: 'incident.number' }, never);
    expect(number).toMatch(/^INC-\d{4}-\d\d-\d\d-001$/);
    expect(await link(hub).ask(run, 0, { ask: 'incident.number' }, never)).toBe(number);
  });
});

describe('a hub', () => {
  it('keeps the runs that began before the switch, and sends new ones away [scale.switch.new-runs]', async () => {
    const hub = await open();
    const old = await open({ startsThere: false });
    const run = await hub.engine.start({ definition: definition(), inputs: {}, by: BY });
    expect(hub.engine.state(run)).toMatchObject({ status: 'running', seq: 1 });
    expect(hub.forwards.owed(10)).toMatchObject([{ run, kind: 'start' }]);
    const here = await old.engine.start({ definition: definition(), inputs: {}, by: BY });
    expect(await old.engine.settled(here)).toMatchObject({ status: 'completed' });
    expect(old.forwards.waiting()).toBe(0);
  });
});
