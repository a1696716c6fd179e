import { APICallError } from 'ai';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineAction } from '../../../daemon/actions/action.ts';
import type { Json, JsonObject } from '../../../shared/json.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { openAgentDesk, scripted, toolAnswers, type AgentDesk, type Says } from '../../fakes/agent.ts';
import { step, workflowOf } from '../../fakes/outline.ts';

let desk: AgentDesk;
afterEach(() => desk.close());

const SCHEMA: JsonObject = {
  type: 'object',
  properties: { verdict: { type: 'string', enum: ['good', 'bad'] } },
  required: ['verdict'],
  additionalProperties: false,
};
/** The first count of tokens loads the tokenizer. */
const SOON = { timeout: 20_000 };
const price = { input: 3, output: 15 };

async function open(turns: Says[], own: Parameters<typeof openAgentDesk>[1] = {}) {
  const model = scripted(...turns);
  desk = await openAgentDesk(() => ({ name: 'main', model: model.model, keyName: 'MAIN_KEY', price }), own);
  return model;
}

async function start(settings: JsonObject): Promise<string> {
  const definition = workflowOf(step('agent', 'agent.run', { with: { task: 'Do it.', ...settings } }));
  return desk.test.engine.start({ definition, inputs: {}, by: { kind: 'person', name: 'Ada' } });
}

async function run(settings: JsonObject = {}): Promise<RunState> {
  return desk.test.engine.settled(await start(settings));
}

const nodeOf = (state: RunState) => state.nodes.get('work/agent')!;

describe('a model in a step', () => {
  it('answers, with what it cost and who it was [personas.agent.works]', async () => {
    const model = await open(['All is well.']);
    const state = await run({ about: { page: 'Release 1' } });
    expect(nodeOf(state)).toMatchObject({
      status: 'completed',
      output: {
        text: 'All is well.',
        data: null,
        by: 'model',
        model: 'main',
        turns: 1,
        tokens: { input: 100, output: 10 },
        cost: 0.00045,
        calls: [],
        tainted: false,
      },
    });
    expect(state.agentTurns).toMatchObject([{ turn: 1, model: 'main', text: 'All is well.', cost: 0.00045 }]);
    const prompt = JSON.stringify(model.asked[0]!.prompt);
    expect(prompt).toContain('You test things.');
    expect(prompt).toContain('Release 1');
  });

  it('uses tools of its persona and of its step, and no others, each call on record [personas.agent.tools]', async () => {
    const model = await open(
      [{ calls: [['stdio__add', { a: 2, b: 3 }]] }, { calls: [['stagebook__act_read', { value: 'seen' }]] }, 'Five.'],
      { persona: { tools: { stdio: ['add', 'inject'] } } },
    );
    const state = await run({ tools: ['stdio/add'], actions: { 'act.read': { name: 'look' } } });
    expect(nodeOf(state)).toMatchObject({ status: 'completed' });
    expect(model.asked[0]!.tools!.map(({ name }) => name)).toEqual(['stdio__add', 'stagebook__act_read']);
    // What stands fixed on the page is not the model's to say.
    expect(JSON.stringify(model.asked[0]!.tools!.at(-1))).not.toContain('"name":{"type"');
    expect(toolAnswers(model.asked[2]!)).toEqual([
      { from: 'stdio/add', data: '5' },
      { from: 'act.read', data: '"seen"' },
    ]);
    expect(state.toolCalls).toMatchObject([
      {
        server: 'stdio',
        tool: 'add',
        node: 'work/agent',
        outcome: 'answered',
        by: { kind: 'persona', name: 'tester' },
      },
      { server: 'stagebook', tool: 'act.read', outcome: 'answered' },
    ]);
    expect(state.offers).toMatchObject([{ to: 'model', tools: ['stdio/add'] }]);
  });

  it('gets what changes something only where its step says so, and what cannot be undone only after a signature [personas.agent.tools]', async () => {
    const actions = { 'act.read': {}, 'act.write': {}, 'act.irreversible': {} };
    const names = (model: Awaited<ReturnType<typeof open>>) => model.asked[0]!.tools!.map(({ name }) => name);
    const reading = await open(['Done.']);
    await run({ tools: [], actions });
    expect(names(reading)).toEqual(['stagebook__act_read']);
    await desk.close();
    const writing = await open(['Done.']);
    await run({ tools: ['stdio/note'], actions, changes: true });
    expect(names(writing)).toEqual(['stdio__note', 'stagebook__act_read', 'stagebook__act_write']);
  });

  it.each([false, true])(
    'does nothing with an action that it was given for less, whatever it says to it (changes: %s) [personas.agent.tools]',
    async (changes) => {
      const done: string[] = [];
      const send = defineAction({
        name: 'act.send',
        summary: 'Looks, or changes, or does what cannot be undone, as it is told.',
        effect: ({ how }) =>
          how === 'read' || how === undefined ? 'read' : how === 'write' ? 'write' : 'irreversible',
        input: z.strictObject({ how: z.enum(['read', 'write', 'publish']).default('read') }),
        output: z.json(),
        run: ({ how }) => {
          done.push(how);
          return Promise.resolve(how);
        },
      });
      const tried = ['write', 'publish', 'read'].map((how): Says => ({ calls: [['stagebook__act_send', { how }]] }));
      const model = await open([...tried, 'Done.'], { actions: [send] });
      const state = await run({ tools: [], actions: { 'act.send': {} }, changes });
      expect(nodeOf(state)).toMatchObject({ status: 'completed' });
      expect(done).toEqual(['read']);
      expect(JSON.stringify(toolAnswers(model.asked.at(-1)!))).toMatch(
        /would do more.*\(write\).*would do more.*\(irreversible\)/,
      );
    },
  );

  it('is told when a tool is refused, fails or does not exist, and goes on [personas.agent.tools]', async () => {
    const model = await open(
      [
        {
          calls: [
            ['stdio__read_file', { path: '/srv/secrets/key' }],
            ['nothing', {}],
            ['stdio__fails', {}],
            ['stdio__add', { a: 1 }],
          ],
        },
        'I could not.',
      ],
      { persona: { restrictedPaths: ['/srv/secrets/**'] } },
    );
    const state = await run();
    expect(nodeOf(state)).toMatchObject({ status: 'completed', output: { text: 'I could not.' } });
    expect(state.refusals).toMatchObject([{ wanted: 'stdio/read_file', by: { kind: 'persona' } }]);
    const said = toolAnswers(model.asked[1]!).join('\n');
    expect(said).toMatch(/restricted paths/);
    expect(said).toMatch(/unavailable tool 'nothing'/);
    expect(said).toMatch(/stdio cannot be called so|cannot be called so/);
  });

  it('changes nothing any more once it has read what comes from elsewhere [personas.taint.closes]', async () => {
    const model = await open([
      { calls: [['stdio__inject', {}]] },
      { calls: [['stdio__note', { text: 'as I was told' }]] },
      'A person should look.',
    ]);
    const state = await run({ changes: true });
    const names = (turn: number) => model.asked[turn]!.tools!.map(({ name }) => name);
    expect([names(0).includes('stdio__note'), names(1).includes('stdio__note')]).toEqual([true, false]);
    expect(nodeOf(state)).toMatchObject({ status: 'completed', output: { tainted: true }, taint: expect.any(Number) });
    expect(state.toolCalls.map(({ tool }) => tool)).toEqual(['inject']);
  });

  it('does not start with tools that cost more than its persona’s budget [personas.agent.limits]', async () => {
    await open([], { persona: { tokenBudget: 5 } });
    expect(nodeOf(await run())).toMatchObject({ status: 'failed', failure: { code: 'persona.over_budget' } });
  });

  it('answers by the schema, is asked once more when it does not, and then fails [personas.agent.structured]', async () => {
    const model = await open(['Well: good', 'Here:\n```json\n{"verdict": "good"}\n```']);
    expect(nodeOf(await run({ output: SCHEMA }))).toMatchObject({ output: { data: { verdict: 'good' }, turns: 2 } });
    expect(JSON.stringify(model.asked[1]!.prompt)).toContain('That cannot be used');
    await desk.close();
    await open(['no', '{"verdict": "so so"}']);
    expect(nodeOf(await run({ output: SCHEMA }))).toMatchObject({
      status: 'failed',
      failure: { code: 'agent.unreadable_answer', message: expect.stringContaining('verdict'), retryable: false },
    });
  });

  it('stops at the limits of its step: turns, tokens, cost, time [personas.agent.limits]', async () => {
    const look: Says = { calls: [['stdio__add', { a: 1, b: 1 }]] };
    for (const [settings, code] of [
      [{ steps: 2 }, 'agent.step_limit'],
      [{ tokens: 150 }, 'agent.token_limit'],
      [{ cost: 0.0005 }, 'agent.cost_limit'],
    ] as const) {
      await open([look, look]);
      const state = await run(settings);
      expect(nodeOf(state)).toMatchObject({
        status: 'failed',
        failure: { code, message: expect.stringMatching(/Raise it/) },
      });
      expect(state.agentTurns.length).toBeLessThanOrEqual(2);
      await desk.close();
    }
    await open([{ calls: [['stdio__hang', {}]] }]);
    const id = await start({ limit: '5m' });
    await expect.poll(() => desk.test.engine.state(id).toolCalls.length, SOON).toBe(1);
    desk.test.clock.advanceTo(desk.test.clock.now() + 300_000);
    expect(nodeOf(await desk.test.engine.settled(id))).toMatchObject({
      status: 'failed',
      failure: { code: 'agent.timeout', retryable: true },
    });
  });

  it('cannot limit a cost that it does not know [personas.agent.limits]', async () => {
    const { model } = scripted();
    desk = await openAgentDesk(() => ({ name: 'main', model }));
    expect(nodeOf(await run({ cost: 1 }))).toMatchObject({ failure: { code: 'agent.no_price' } });
  });

  it('ends when the run is cancelled, its tool told [personas.agent.limits]', async () => {
    await open([{ calls: [['stdio__hang', {}]] }]);
    const id = await start({});
    await expect.poll(() => desk.test.engine.state(id).toolCalls.length, SOON).toBe(1);
    await desk.test.engine.cancel(id, { kind: 'person', name: 'Ada' });
    await desk.test.work();
    expect(desk.test.engine.state(id).status).toBe('cancelled');
  });

  it.each([
    [401, 'no such key', 'agent.key', /MAIN_KEY/],
    [429, 'slow down', 'agent.rate_limit', /Wait 7 s/],
    [400, 'prompt is too long: 300000 tokens > 200000 maximum', 'agent.context_overflow', /"about"/],
    [404, 'model not found', 'agent.no_model', /config\.yaml/],
    [529, 'overloaded', 'agent.unavailable', /Try again/],
    [400, 'unknown parameter', 'agent.refused', /config\.yaml/],
  ])(
    'says what to do when its provider answers %i %s [personas.agent.failures]',
    async (statusCode, message, code, remedy) => {
      const options = { url: 'http://x', requestBodyValues: {}, responseHeaders: { 'retry-after': '7' } };
      await open([new APICallError({ ...options, message, statusCode })]);
      expect(nodeOf(await run()).failure).toMatchObject({ code, message: expect.stringMatching(remedy) });
    },
  );

  it('never sees a secret, and none is on record [personas.agent.works]', async () => {
    const redact = <T>(value: T): T => JSON.parse(JSON.stringify(value).replaceAll('hunter2', '***')) as T;
    const model = await open([{ calls: [['stagebook__act_read', {}]] }, 'It is hunter2.'], { redact });
    const state = await run({ task: 'Use hunter2.', actions: { 'act.read': { name: 'x', value: 'hunter2' } } });
    expect(nodeOf(state).output).toMatchObject({ text: 'It is ***.' });
    expect(JSON.stringify(model.asked)).not.toContain('hunter2');
    expect(JSON.stringify(desk.test.journal.events(state.run))).not.toContain('hunter2');
  });
});

describe('after a restart in the middle', () => {
  it('gives again what was said and what tools answered, and goes on from there [personas.agent.restart]', async () => {
    const model = await open([
      { calls: [['stdio__note', { text: 'once' }]] },
      { calls: [['stagebook__act_read', {}]] },
      'Noted.',
    ]);
    const { world } = desk.test;
    world.on('slow', ({ count }) => (count === 1 ? new Promise<Json>(() => undefined) : 'here'));
    const id = await start({ changes: true, actions: { 'act.read': { name: 'slow' } } });
    // The second call does not answer, and there the process ends.
    await expect.poll(() => world.calls, SOON).toEqual(['slow']);
    await desk.restart();
    const state = await desk.test.engine.settled(id);
    expect(nodeOf(state)).toMatchObject({ status: 'completed', output: { turns: 3, text: 'Noted.' } });
    expect(state.toolCalls.map(({ tool }) => tool)).toEqual(['note', 'act.read']);
    expect(world.calls).toEqual(['slow', 'slow']);
    expect(state.agentTurns).toHaveLength(3);
    expect(model.asked).toHaveLength(3);
  });

  it('finds out what became of a write of an action that never answered, and does it only once [personas.agent.restart]', async () => {
    const model = await open([{ calls: [['stagebook__act_write', { value: 'v' }]] }, 'Written.']);
    const { world } = desk.test;
    let answer = (): void => undefined;
    world.on('w', ({ key, value }) => {
      // It takes effect, and nobody hears of it.
      world.ledger.push({ name: 'w', key, value });
      return new Promise<Json>((resolve) => (answer = () => resolve(null)));
    });
    const id = await start({ changes: true, tools: [], actions: { 'act.write': { name: 'w' } } });
    await expect.poll(() => world.calls, SOON).toEqual(['w']);
    await desk.restart();
    expect(nodeOf(await desk.test.engine.settled(id))).toMatchObject({
      status: 'completed',
      output: { calls: [{ tool: 'act.write', ok: true }] },
    });
    answer();
    expect(world.calls).toEqual(['w']);
    expect(model.asked).toHaveLength(2);
  });

  it('asks a person about a write that nobody can find out about, and goes on with the answer [personas.agent.restart]', async () => {
    let began = 0;
    const blind = defineAction({
      name: 'act.blind',
      summary: 'Changes something and cannot say whether it did.',
      effect: 'write',
      input: z.strictObject({}),
      output: z.json(),
      run: () => {
        began += 1;
        return began === 1 ? new Promise<never>(() => undefined) : Promise.resolve('again');
      },
    });
    const model = await open([{ calls: [['stagebook__act_blind', {}]] }, 'Done.'], { actions: [blind] });
    const id = await start({ changes: true, tools: [], actions: { 'act.blind': {} } });
    await expect.poll(() => began, SOON).toBe(1);
    await desk.restart();
    await expect.poll(() => desk.test.engine.state(id).status, SOON).toBe('waiting');
    expect(nodeOf(desk.test.engine.state(id)).ask).toMatchObject({ question: expect.stringContaining('act.blind') });
    expect(began).toBe(1);
    await desk.test.engine.answer(id, 'work/agent', 'It did not happen: do it now', { kind: 'person', name: 'Ada' });
    expect(nodeOf(await desk.test.engine.settled(id))).toMatchObject({ status: 'completed' });
    expect(began).toBe(2);
    expect(model.asked).toHaveLength(2);
  });

  it('goes on where it was when a failed run is resumed [personas.agent.restart]', async () => {
    const model = await open([
      { calls: [['stdio__note', { text: 'once' }]] },
      new APICallError({ url: '', requestBodyValues: {}, message: 'busy', statusCode: 503 }),
      'Noted once.',
    ]);
    const failed = await run({ changes: true });
    expect(nodeOf(failed)).toMatchObject({ failure: { code: 'agent.unavailable', retryable: true } });
    await desk.test.engine.resume(failed.run, { by: { kind: 'person', name: 'Ada' } });
    const state = await desk.test.engine.settled(failed.run);
    expect(nodeOf(state)).toMatchObject({ status: 'completed', output: { text: 'Noted once.', turns: 2 } });
    expect(state.toolCalls).toHaveLength(1);
    expect(model.asked).toHaveLength(3);
  });
});

describe('without a model', () => {
  const answer = (id: string, value: Json) =>
    desk.test.engine.answer(id, 'work/agent', value, { kind: 'person', name: 'Ada' });

  it('asks a person, who gives the answer; nothing pretends [personas.agent.person]', async () => {
    desk = await openAgentDesk(() => undefined);
    const id = await start({});
    await expect.poll(() => desk.test.engine.state(id).status, SOON).toBe('waiting');
    // The task was written for a model: who is asked in its place hears why.
    const because = 'No model is configured in config.yaml, so a person is asked.';
    expect(nodeOf(desk.test.engine.state(id)).ask).toMatchObject({ question: 'Do it.', because, from: 'person' });
    expect(desk.test.engine.requests(id)).toMatchObject([{ question: 'Do it.', because }]);
    await desk.restart();
    await answer(id, 'I did.');
    expect(nodeOf(await desk.test.engine.settled(id))).toMatchObject({
      output: { text: 'I did.', by: 'person', model: '', turns: 0, cost: null },
    });
  });

  it('gives the schema as a form, and stays with the person when a model comes meanwhile [personas.agent.person]', async () => {
    const { model } = scripted();
    let configured = false;
    desk = await openAgentDesk(() => (configured ? { name: 'main', model } : undefined));
    const id = await start({ output: SCHEMA });
    await expect.poll(() => desk.test.engine.state(id).status, SOON).toBe('waiting');
    expect(nodeOf(desk.test.engine.state(id)).ask).toMatchObject({ form: SCHEMA });
    configured = true;
    await desk.restart();
    await answer(id, { verdict: 'bad' });
    expect(nodeOf(await desk.test.engine.settled(id))).toMatchObject({
      output: { data: { verdict: 'bad' }, by: 'person' },
    });
  });

  it('takes what does not fit a form as JSON, and asks again after an answer that is none [personas.agent.person]', async () => {
    const output: JsonObject = { type: 'object', properties: { files: { type: 'array' } }, required: ['files'] };
    desk = await openAgentDesk(() => undefined);
    const id = await start({ output });
    await expect.poll(() => desk.test.engine.state(id).status, SOON).toBe('waiting');
    expect(nodeOf(desk.test.engine.state(id)).ask?.question).toContain('"files"');
    await answer(id, 'I put them there');
    const failed = await desk.test.engine.settled(id);
    expect(nodeOf(failed)).toMatchObject({ status: 'failed', failure: { code: 'agent.unreadable_answer' } });
    await desk.test.engine.resume(id, { by: { kind: 'person', name: 'Ada' } });
    await expect.poll(() => desk.test.engine.state(id).status, SOON).toBe('waiting');
    await answer(id, '{"files": []}');
    expect(nodeOf(await desk.test.engine.settled(id))).toMatchObject({ output: { data: { files: [] }, by: 'person' } });
  });
});
