import { expect, it } from 'vitest';
import type { NewEvent } from '../../../shared/run/event.ts';
import type { PageReading } from '../../../shared/protocol/calls/pages.ts';
import { node, sceneOf, seen, started } from './scenes.ts';

const question: NewEvent = { type: 'ask.opened', node: 'why', payload: { question: 'Why?', from: 'person' } };
const failedRun: NewEvent = {
  type: 'run.failed',
  node: '',
  payload: { failure: { code: 'a.b', message: 'it broke', retryable: false } },
};

function headerOf(events: readonly NewEvent[], reading: Partial<PageReading>) {
  const { look, facts } = seen(sceneOf([node('ask', 'why')], { events, reading }), 'header');
  return { facts, moves: look.actions?.filter(({ act }) => act === 'move') ?? [] };
}

it('offers to go on with the edit where the page of a run that can go on is another one [core.move.page]', () => {
  for (const events of [[question], [failedRun]]) {
    const { facts, moves } = headerOf(events, { definition: 'another' });
    expect(facts).toContain('edited since');
    expect(moves).toMatchObject([
      {
        label: 'Go on edited…',
        does: { kind: 'propose', wish: { kind: 'move', run: 'run-1', definition: 'another' } },
      },
    ]);
  }
});

it('says that it was edited and offers nothing while the run works, and neither when it is done or the same [core.move.page]', () => {
  const done: NewEvent = { type: 'run.completed', node: '', payload: { output: null } };
  expect(headerOf([started('why')], { definition: 'another' })).toMatchObject({ moves: [] });
  expect(headerOf([started('why')], { definition: 'another' }).facts).toContain('edited since');
  expect(headerOf([done], { definition: 'another' })).toMatchObject({ moves: [] });
  expect(headerOf([done], { definition: 'another' }).facts).not.toContain('edited since');
  expect(headerOf([question], {})).toEqual({ facts: [], moves: [] });
});
