import { afterEach, describe, expect, it } from 'vitest';
import { fail } from '../../../../shared/failure.ts';
import { createTestEngine, type TestEngine } from '../../../fakes/engine.ts';
import { node, step, workflowOf } from '../../../fakes/outline.ts';
import { ADA, read, write } from './acts.ts';

let test: TestEngine;
afterEach(() => test.remove());

describe('cancel', () => {
  it('stops the run within bounds; what completes late is recorded and not used [core.engine.cancel]', async () => {
    test = await createTestEngine();
    test.world.on('deaf', () => new Promise(() => undefined));
    const run = await test.engine.start({ definition: workflowOf(read('deaf'), write('after')), inputs: {}, by: ADA });
    await test.settle();
    const start = test.clock.now();
    await test.engine.cancel(run, ADA);
    await test.work();
    expect(test.engine.state(run).status).toBe('cancelled');
    expect(test.clock.now() - start).toBeLessThanOrEqual(10_000);
    expect(test.world.calls).toEqual(['deaf']);
  });

  it('goes on with what it takes back when somebody says what became of that, over a restart too [core.engine.cancel] [core.journal.fold]', async () => {
    test = await createTestEngine();
    test.world.on('back', () => {
      throw fail('network', 'test.lost', 'The answer was lost.');
    });
    test.world.verify('back', () => ({ is: 'unsure', why: 'nobody says' }));
    const undo = node('undo', 'undo', {}, write('back'));
    const saga = node('saga', 'all', {}, write('made', {}, undo), node('ask', 'who', { question: 'Who?' }));
    const { run } = await test.run(workflowOf(saga));
    await test.engine.cancel(run, ADA);
    await test.work();
    for (const restarted of [false, true]) {
      if (restarted) test = await test.restart();
      await test.settle();
      expect(await test.engine.settled(run)).toMatchObject({ status: 'cancelling' });
      expect(test.journal.run(run)!.status).toBe('cancelling');
      expect(test.engine.requests(run)).toMatchObject([{ node: 'work/all/made/undo/back' }]);
    }
    await test.engine.answer(run, 'work/all/made/undo/back', 'It happened', ADA);
    await test.work();
    expect(test.engine.state(run).status).toBe('cancelled');
    expect(test.journal.run(run)!.status).toBe('cancelled');
    expect(test.world.calls).toEqual(['made', 'back']);
  });

  it('ends a run that waits for a person, and closes what was asked', async () => {
    test = await createTestEngine();
    const { run } = await test.run(workflowOf(node('ask', 'who', { question: 'Who?' })));
    await test.engine.cancel(run, ADA);
    await test.work();
    expect(test.engine.state(run).status).toBe('cancelled');
    expect(test.engine.requests(run)).toEqual([]);
    await expect(test.engine.answer(run, 'work/who', 'me', ADA)).rejects.toMatchObject({ code: 'signature.not_asked' });
  });
});

describe('ask', () => {
  it('takes an answer that fits and no other', async () => {
    test = await createTestEngine();
    const { run } = await test.run(
      workflowOf(node('ask', 'colour', { question: 'Which?', options: ['red', 'green'] })),
    );
    await expect(test.engine.answer(run, 'work/colour', 'blue', ADA)).rejects.toMatchObject({ code: 'answer.option' });
    await test.engine.answer(run, 'work/colour', 'green', ADA);
    await test.work();
    expect(test.engine.state(run).output).toBe('green');
  });

  it('says what has failed before, where that is why somebody is asked, and not to an agent [core.engine.because]', async () => {
    test = await createTestEngine();
    test.world.on('publish', () => {
      throw fail('denied', 'test.denied', 'The token is expired.');
    });
    const instead = (id: string, from: string) =>
      node('fallback', `either_${id}`, {}, read('publish', {}), node('ask', id, { question: 'By hand?', from }));
    const first = node('ask', 'first', { question: 'Ready?', options: ['yes'] });
    const { run } = await test.run(workflowOf(first, instead('person', 'person')));
    expect(test.engine.requests(run)[0]).not.toHaveProperty('because');
    await test.engine.answer(run, 'work/first', 'yes', ADA);
    await test.work();
    expect(test.engine.requests(run)).toMatchObject([{ question: 'By hand?', because: 'The token is expired.' }]);
    const other = await test.run(workflowOf(instead('agent', 'agent')));
    expect(test.engine.requests(other.run)[0]).not.toHaveProperty('because');
  });

  it.each([
    ['nobody answered', undefined, 'nobody'],
    ['somebody answered', 'Cyd', 'Cyd'],
  ])('that is not waited for has no output where %s [core.language.scope]', async (_what, answer, output) => {
    test = await createTestEngine();
    const who = node('ask', 'who', { question: 'Who?', timeout: '1h', 'on-timeout': 'continue' });
    const name = '${{ has(steps.who.output) ? steps.who.output : "nobody" }}';
    const tell = step('tell', 'act.read', { with: { name: 'tell', value: name } });
    const { run } = await test.run(workflowOf(who, tell));
    if (answer) await test.engine.answer(run, 'work/who', answer, ADA);
    await test.work();
    expect(test.engine.state(run)).toMatchObject({ status: 'completed', output });
  });

  it('fails when nobody answers in time, and asks again on resume', async () => {
    test = await createTestEngine();
    const { run } = await test.run(workflowOf(node('ask', 'who', { question: 'Who?', timeout: '1h' })));
    await test.work();
    expect(test.engine.state(run).failure?.code).toBe('ask.unanswered');
    await test.engine.resume(run, { by: ADA });
    await test.work(() => test.engine.requests(run).length > 0);
    await test.engine.answer(run, 'work/who', 'me', ADA);
    await test.work();
    expect(test.engine.state(run).output).toBe('me');
  });
});
