import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineAction, type Action } from '../../../daemon/actions/action.ts';
import { fail } from '../../../shared/failure.ts';
import type { JsonObject } from '../../../shared/json.ts';
import { isShown } from '../../../shared/run/assumed.ts';
import type { RunState } from '../../../shared/run/state.ts';
import type { Definition, Node } from '../../../shared/workflow/definition.ts';
import { actionsOf, createTestEngine, createWorld, type TestEngine } from '../../fakes/engine.ts';
import { node, step, workflowOf } from '../../fakes/outline.ts';

let test: TestEngine;
afterEach(() => test.remove());

const build = defineAction({
  name: 'act.build',
  summary: 'Builds something, and cannot say what will come of it.',
  effect: 'write',
  input: z.object({ name: z.string() }),
  output: z.object({ path: z.string(), size: z.string(), files: z.array(z.object({ name: z.string() })) }),
  run: () => Promise.resolve({ path: 'a.tgz', size: '3', files: [{ name: 'a' }] }),
});
const bump: Action = {
  ...build,
  name: 'act.bump',
  preview: () => Promise.resolve({ path: 'b.tgz', size: '4', files: [] }),
};

const read = (id: string, value?: string): Node =>
  step(id, 'act.read', { with: { name: id, ...(value === undefined ? {} : { value }) } });
const make = (id = 'make', uses = 'act.build'): Node => step(id, uses, { with: { name: id } });
const check = (id: string, that: string): Node => node('check', id, { that });

/** A definition that declares these inputs. */
function taking(definition: Definition, inputs: JsonObject): Definition {
  const types = { string: 'string', boolean: 'boolean', object: 'list' };
  const declared = Object.entries(inputs).map(([name, value]) => [
    name,
    { type: types[typeof value as keyof typeof types] },
  ]);
  return {
    ...definition,
    header: node('workflow', 'test_workflow', { inputs: Object.fromEntries(declared) as JsonObject }),
  };
}

/** A dry run of these nodes, with a world that `prepare` may change. */
async function dry(nodes: Node[], inputs: JsonObject = {}, prepare?: (world: ReturnType<typeof createWorld>) => void) {
  const world = createWorld();
  prepare?.(world);
  const actions = new Map([...actionsOf(world), [build.name, build as Action], [bump.name, bump]]);
  test = await createTestEngine({ world, options: { actions } });
  return test.run(taking(workflowOf(...nodes), inputs), inputs, { dryRun: true });
}

const shown = ({ nodes }: RunState): string[] =>
  [...nodes.values()].flatMap((one) => (isShown(one) && one.step ? [one.key.replace(/^work\//, '')] : []));
const gateOf = (state: RunState, id = 'gate') => state.nodes.get(`work/${id}`)?.gate;

describe('a gate in a dry run', () => {
  it('says of a check of what was not done that it cannot be known, and asks nobody [core.cli.forecast]', async () => {
    const state = await dry([
      make(),
      node('gate', 'gate', {}, check('big', 'double(steps.make.output.size) > 2.0'), node('sign-off', 'somebody')),
      read('after'),
    ]);
    expect(state.status).toBe('completed');
    expect(gateOf(state)).toMatchObject({ assumed: true, checks: [{ id: 'big', held: false, assumed: 'unknown' }] });
    expect(gateOf(state)?.checks[0]).not.toHaveProperty('error');
    expect(gateOf(state)?.checks[0]?.saw).toEqual({});
    const types = test.engine.events(state.run).map(({ type }) => type);
    expect(types).not.toContain('gate.signed');
    expect(test.engine.requests()).toEqual([]);
  });

  it('never waits for anybody, not even for a moment [core.cli.forecast]', async () => {
    const statuses = new Set<string>();
    test = await createTestEngine();
    test.journal.subscribe((events) => {
      for (const { run } of events) statuses.add(test.journal.run(run)!.status);
    });
    await test.run(workflowOf(node('gate', 'gate', {}, node('sign-off', 'somebody'))), {}, { dryRun: true });
    expect([...statuses].toSorted()).toEqual(['completed', 'running']);
  });

  it('decides what needs nobody and rests on what was looked up as any run does [core.cli.forecast]', async () => {
    const state = await dry([
      read('look', 'fine'),
      node('gate', 'gate', {}, check('same', 'steps.look.output == "fine"')),
    ]);
    expect(gateOf(state)).toMatchObject({ passed: true, checks: [{ held: true }] });
    expect(state.nodes.get('work/gate')).not.toHaveProperty('assumed');
  });

  it('says where a real run would certainly be rejected, and goes on [core.cli.forecast]', async () => {
    const gate = node('gate', 'gate', {}, check('same', 'steps.look.output == "fine"'), node('sign-off', 'somebody'));
    const state = await dry([read('look', 'bad'), gate, make()]);
    expect(state.status).toBe('completed');
    expect(gateOf(state)).toMatchObject({
      assumed: true,
      why: expect.stringMatching(/would be rejected.*bad/) as string,
    });
    expect(shown(state)).toEqual(['make']);
  });

  it('goes the other way where a rejected one lets a run go on [core.cli.forecast]', async () => {
    const gate = node(
      'gate',
      'gate',
      { 'on-reject': 'continue' },
      check('same', 'steps.look.output == "fine"'),
      node('otherwise', 'otherwise', {}, make('issue')),
    );
    const state = await dry([read('look', 'bad'), gate]);
    expect(gateOf(state)).toMatchObject({ passed: false });
    expect(shown(state)).toEqual(['gate/otherwise/issue']);
  });
});

describe('what a dry run takes for granted', () => {
  it('goes the way that is known: conditions, cases and lists of what was looked up or given [core.cli.forecast]', async () => {
    const state = await dry(
      [
        node('when', 'maybe', { if: 'inputs.really' }, make('yes'), node('otherwise', 'otherwise', {}, make('no'))),
        node(
          'route',
          'level',
          { by: 'inputs.level' },
          node('case', 'low', { is: 'low' }, make('calm')),
          node('case', 'high', { is: 'high' }, make('alarm')),
        ),
        node(
          'foreach',
          'each',
          { in: 'inputs.names', as: 'name' },
          step('item', 'act.write', { with: { name: '${{ name }}' } }),
        ),
      ],
      { really: false, level: 'high', names: ['ada', 'ben'] },
    );
    expect(shown(state)).toEqual(['maybe/otherwise/no', 'level/high/alarm', 'each[0]/item', 'each[1]/item']);
    expect(state.nodes.get('work/each[1]/item')?.step?.with).toEqual({ name: 'ben' });
  });

  it('is said where the way cannot be known, and each part is shown once [core.cli.forecast]', async () => {
    const state = await dry([
      make(),
      node('when', 'maybe', { if: 'double(steps.make.output.size) > 2.0' }, make('yes')),
      node('route', 'level', { by: 'steps.make.output.size' }, node('case', 'low', { is: 'low' }, make('calm'))),
      node(
        'foreach',
        'each',
        { in: 'steps.make.output.files', as: 'file' },
        step('item', 'act.write', { with: { name: '${{ file.name }}' } }),
      ),
    ]);
    expect(state.status).toBe('completed');
    expect(shown(state)).toEqual(['make', 'maybe/yes', 'level/low/calm', 'each[0]/item']);
    for (const id of ['maybe', 'level', 'each'])
      expect(state.nodes.get(`work/${id}`)?.decisions.assumed, id).toBe('unknown');
    expect(state.nodes.get('work/each[0]/item')?.step?.with).toEqual({ name: '<file.name>' });
  });

  it('is no ground for a failure: an expression that looks into it stands for itself [core.cli.forecast]', async () => {
    const state = await dry([
      make(),
      step('send', 'act.write', {
        with: {
          name: 'send ${{ steps.make.output.files[0].name }}',
          value: '${{ size(steps.make.output.files) + 1 }}',
        },
        remember: { first: '${{ output.files[0] }}' },
      }),
      step('tell', 'act.write', { with: { name: '${{ memory.first.name }}' } }),
    ]);
    expect(state.status).toBe('completed');
    expect(state.nodes.get('work/send')?.step?.with).toMatchObject({ name: 'send <steps.make.output.files[0].name>' });
    expect(state.nodes.get('work/tell')?.step?.with).toEqual({ name: '<memory.first.name>' });
  });

  it('hides no mistake that a real run would meet, too [core.cli.forecast]', async () => {
    const state = await dry([make(), step('send', 'act.write', { with: { name: '${{ inputs.names[7] }}' } })], {
      names: [],
    });
    expect(state).toMatchObject({ status: 'failed', failure: { code: 'expression.failed' } });
  });

  it('is asked of nobody: a look for what nobody has made is shown, not made [core.cli.forecast]', async () => {
    const state = await dry([
      make(),
      read('look', '${{ steps.make.output.path }}'),
      node('gate', 'gate', {}, check('there', 'steps.look.output == "x"')),
    ]);
    expect(test.world.calls).toEqual([]);
    expect(shown(state)).toEqual(['make', 'look']);
    expect(gateOf(state)?.checks).toMatchObject([{ assumed: 'unknown' }]);
  });

  it('is looked up where the action has said what would come of it, and says nothing when that fails [core.cli.forecast]', async () => {
    const look = (id: string): Node => read(id, '${{ steps.make.output.path }}');
    const state = await dry([make('make', 'act.bump'), look('fine'), look('gone')], {}, (world) => {
      world.on('gone', () => {
        throw fail('not-found', 'act.gone', 'There is no b.tgz.');
      });
    });
    expect(state.status).toBe('completed');
    expect(test.world.calls).toEqual(['fine', 'gone']);
    expect(state.nodes.get('work/fine')).toMatchObject({ assumed: 'settings', output: 'b.tgz' });
    expect(state.nodes.get('work/gone')).toMatchObject({ assumed: 'placeholder' });
  });

  it('is said of what is looked up after something that was not done: it is as it stands now [core.cli.forecast]', async () => {
    const state = await dry([
      read('before', 'fine'),
      make(),
      read('look', 'fine'),
      node(
        'gate',
        'gate',
        {},
        check('sure', 'steps.before.output == "fine"'),
        check('now', 'steps.look.output == "bad"'),
      ),
      node(
        'when',
        'maybe',
        { if: 'steps.look.output == "bad"' },
        make('yes'),
        node('otherwise', 'otherwise', {}, make('no')),
      ),
    ]);
    expect(state.nodes.get('work/before')).not.toHaveProperty('assumed');
    expect(state.nodes.get('work/look')).toMatchObject({ assumed: 'settings', output: 'fine' });
    expect(gateOf(state)).toMatchObject({ passed: true, assumed: true });
    expect(gateOf(state)?.checks).toMatchObject([{ held: true }, { held: false, assumed: 'now', saw: 'fine' }]);
    expect(gateOf(state)?.checks[0]).not.toHaveProperty('assumed');
    expect(state.nodes.get('work/maybe')?.decisions).toMatchObject({ if: false, assumed: 'now' });
    expect(shown(state)).toEqual(['make', 'maybe/otherwise/no']);
  });

  it('stays that after a restart [core.cli.forecast]', async () => {
    const nodes = [
      make(),
      node('gate', 'gate', {}, check('x', 'steps.make.output.path == "x"')),
      node('retry', 'again', { attempts: 2, backoff: { kind: 'constant', initial: '5m' } }, read('late')),
    ];
    test = await createTestEngine();
    const actions = new Map([...test.actions, [build.name, build as Action]]);
    test = await test.restart(undefined, undefined, { actions });
    let times = 0;
    test.world.on('late', () => {
      times += 1;
      if (times === 1) throw fail('unavailable', 'act.busy', 'Later.');
      return 'there';
    });
    const run = await test.engine.start({
      definition: workflowOf(...nodes, node('gate', 'last', {}, check('y', 'steps.make.output.path == "y"'))),
      inputs: {},
      by: { kind: 'person', name: 'Ada' },
      dryRun: true,
    });
    await test.settle();
    test = await test.restart(undefined, undefined, { actions });
    await test.work();
    const state = test.engine.state(run);
    expect(state.status).toBe('completed');
    expect(gateOf(state, 'last')?.checks).toMatchObject([{ assumed: 'unknown' }]);
  });
});

describe('a dry run leaves nothing behind', () => {
  it('in a memory that others share; it finds what they left, and its own [core.cli.dry-run]', async () => {
    const remembering = (value: string): Node =>
      step('note', 'act.read', { with: { name: 'note', value }, remember: { noted: value } });
    const definition = {
      ...workflowOf(remembering('mine'), read('look', '${{ memory.noted }}')),
      header: node('workflow', 'shared', { memory: 'shared' }),
    };
    test = await createTestEngine();
    await test.run({ ...definition, body: workflowOf(remembering('real')).body });
    const state = await test.run(definition, {}, { dryRun: true });
    expect(state.nodes.get('work/look')?.output).toBe('mine');
    expect(test.journal.memory('shared').map(({ value }) => value)).toEqual(['real']);
  });

  it('in a cache or a breaker [core.cli.dry-run]', async () => {
    const breaker = node('breaker', 'guard', { name: 'api', failures: 1, recovery: '5m' }, read('call'));
    const cache = node('cache', 'kept', { key: 'k', ttl: '1h' }, read('look'));
    test = await createTestEngine();
    test.world.on('call', () => {
      throw fail('unavailable', 'act.down', 'Down.');
    });
    await test.run(workflowOf(cache, breaker), {}, { dryRun: true });
    await test.run(workflowOf(breaker), {}, { dryRun: true });
    expect(test.world.calls).toEqual(['look', 'call', 'call']);
    await test.run(workflowOf(cache));
    expect(test.world.calls).toEqual(['look', 'call', 'call', 'look']);
  });
});

it('shows a question with its words, a wait and a step that needs an approval, and asks nobody [core.cli.forecast]', async () => {
  const personas = () =>
    new Map([['tester', { id: 'tester', actions: ['act.*'], secrets: [], requireApprovalFor: ['act.irreversible'] }]]);
  test = await createTestEngine({ options: { personas } });
  const state = await test.run(
    taking(
      workflowOf(
        node('ask', 'who', { question: 'Who is ${{ inputs.name }}?' }),
        node('wait', 'a_while', { for: '2h' }),
        node('gate', 'gate', {}, node('sign-off', 'somebody')),
        step('publish', 'act.irreversible', { with: { name: '${{ steps.who.output }}' } }),
      ),
      { name: 'Ada' },
    ),
    { name: 'Ada' },
    { dryRun: true },
  );
  expect(state.status).toBe('completed');
  expect(state.nodes.get('work/who')).toMatchObject({ assumed: 'placeholder', decisions: { question: 'Who is Ada?' } });
  expect(state.nodes.get('work/a_while')).toMatchObject({ assumed: 'placeholder' });
  expect(shown(state)).toEqual(['publish']);
});
