import { afterEach, describe, expect, it } from 'vitest';
import { createDropDefinition } from '../../../../daemon/journal/drop-definition.ts';
import { pruneRuns } from '../../../../daemon/journal/prune.ts';
import { verifyRun } from '../../../../daemon/journal/verify.ts';
import type { Json } from '../../../../shared/json.ts';
import { timeline } from '../../../../shared/run/timeline.ts';
import type { Definition, Node } from '../../../../shared/workflow/definition.ts';
import type { TestEngine } from '../../../fakes/engine.ts';
import { node, step, workflowOf } from '../../../fakes/outline.ts';
import { act, by, failed, gate, move, openToMoves, sign } from './moved.ts';

let test: TestEngine;
afterEach(() => test.remove());

describe('a run that stopped goes on with its edited page', () => {
  it('does what is new and what failed, as it is said now, and nothing again that completed [core.move.resume]', async () => {
    test = await openToMoves();
    const run = await failed(test, act('one', 'write'), act('two'));
    const state = await move(test, run, workflowOf(act('one', 'write'), act('two'), act('more'), act('good', 'write')));
    expect(state).toMatchObject({ status: 'completed', epoch: 2 });
    expect(test.world.calls).toEqual(['one', 'two', 'bad', 'more', 'good']);
  });

  it('may begin a write anew with other settings, which a plain resume refuses [core.move.resume]', async () => {
    test = await openToMoves();
    test.world.on('push', ({ count }) => {
      if (count === 1) throw new Error('wrong place');
      return 'pushed';
    });
    const { run } = await test.run(workflowOf(act('push', 'write', 'there')));
    const state = await move(test, run, workflowOf(act('push', 'write', 'here')));
    expect(state.status).toBe('completed');
    expect(test.world.ledger.map(({ name }) => name)).toEqual(['push']);
  });

  it('is on record as one event that says who, from what, to what and what changed, in the chain and the timeline [core.move.record]', async () => {
    test = await openToMoves();
    const run = await failed(test, act('one'));
    const before = test.engine.state(run).definition;
    const edited = workflowOf(act('one'), act('good', 'write'), act('last'));
    const state = await move(test, run, edited);
    const [event, ...more] = test.engine.events(run).filter(({ type }) => type === 'run.moved');
    expect(more).toEqual([]);
    expect(event).toMatchObject({
      payload: {
        by,
        from: before,
        to: state.definition,
        changes: { added: ['work/good', 'work/last'], removed: ['work/bad'], changed: [] },
        gates: [],
      },
    });
    expect(state.definition).not.toBe(before);
    expect(test.journal.run(run)).toMatchObject({ definition: state.definition, epoch: 2, status: 'completed' });
    expect(test.engine.definition(run)).toEqual(edited);
    createDropDefinition(test.database)(before);
    pruneRuns(test.database, 0, 0);
    expect(test.journal.definition(before)).toBeDefined();
    expect((await verifyRun(test.database, run)).problems).toEqual([]);
    const said = timeline(test.engine.events(run), edited).find(({ seq }) => seq === event!.seq);
    expect(said?.fact).toBe('went on with the edited page: 2 nodes added, 1 removed');
    expect(said?.actor).toEqual(by);
    // They go with their run.
    pruneRuns(test.database, Number.MAX_SAFE_INTEGER, 0);
    expect([before, state.definition].map((hash) => test.journal.definition(hash))).toEqual([undefined, undefined]);
  });

  it('has the page that was shown, though that was written anew while somebody read it [core.move.record]', async () => {
    test = await openToMoves();
    const run = await failed(test, act('one'));
    const edited = workflowOf(act('one'), node('ask', 'more', { question: 'More?' }));
    const definition = await test.engine.propose(edited);
    test.engine.challenge({ kind: 'move', run, definition });
    createDropDefinition(test.database)(definition);
    await test.engine.move(run, { definition, by });
    await test.work();
    test = await test.restart();
    expect(test.engine.definition(run)).toEqual(edited);
    await test.engine.answer(run, 'work/more', 'yes', by);
    await test.work();
    expect(test.engine.state(run).status).toBe('completed');
  });

  it('has the inputs it was given, and the defaults of what the page takes besides [core.move.inputs]', async () => {
    test = await openToMoves();
    const takes = (inputs: Json, ...nodes: Node[]): Definition => ({
      ...workflowOf(...nodes),
      header: node('workflow', 'test_workflow', { inputs }),
    });
    test.world.on('bad', () => {
      throw new Error('no');
    });
    const old = takes({ level: { type: 'string' }, gone: { type: 'string' } }, act('bad'));
    const { run } = await test.run(old, { level: 'minor', gone: 'x' });
    const say = step('say', 'act.read', { with: { name: 'say', value: '${{ inputs.level + inputs.tag }}' } });
    const needs = takes({ level: { type: 'string' }, tag: { type: 'string' } }, say);
    await expect(move(test, run, needs)).rejects.toMatchObject({ failure: { code: 'move.inputs' } });
    const state = await move(
      test,
      run,
      takes({ level: { type: 'string' }, tag: { type: 'string', default: '!' } }, say),
    );
    expect(state.nodes.get('work/say')?.output).toBe('minor!');
    expect(state.inputs).toEqual({ level: 'minor', tag: '!' });
  });
});

describe('a pinned definition that no longer compiles', () => {
  it('suspends its run and says why; it goes on with what was put back, or with the edited page [core.move.broken]', async () => {
    test = await openToMoves();
    const definition = workflowOf(gate('ready'), act('later', 'write'));
    const runs = [await test.run(definition), await test.run(definition)].map(({ run }) => run);
    const without = new Map([...test.actions].filter(([name]) => name !== 'act.write'));
    const all = test.actions;
    test = await test.restart(undefined, undefined, { actions: without });
    await test.work(() => runs.every((run) => test.engine.state(run).status === 'suspended'));
    for (const run of runs) {
      const { status, failure } = test.engine.state(run);
      expect({ status, code: failure?.code }).toEqual({ status: 'suspended', code: 'definition.broken' });
      expect(failure?.message).toMatch(/act\.write/);
      expect(failure?.message).toMatch(/stagebook resume .* --edited/);
      expect(timeline(test.engine.events(run), definition).at(-1)?.fact).toMatch(
        /^the run was suspended: .*act\.write/,
      );
    }
    const edited = await move(test, runs[0]!, workflowOf(gate('ready'), act('later', 'repeatable')));
    expect(edited.status).toBe('waiting');
    expect((await sign(test, runs[0]!, 'ready')).status).toBe('completed');
    test = await test.restart(undefined, undefined, { actions: all });
    await test.engine.resume(runs[1]!, { by });
    await test.work();
    expect(test.engine.state(runs[1]!).status).toBe('waiting');
    expect((await sign(test, runs[1]!, 'ready')).status).toBe('completed');
  });
});
