import { expect, it } from 'vitest';
import { receiptsOf } from '../../../shared/run/receipts.ts';
import { fold } from '../../../shared/run/fold/fold.ts';
import type { EventType, Payloads, RunEvent } from '../../../shared/run/event.ts';
import { runStarted } from '../../fakes/run-started.ts';

let pos = 0;
const event = <T extends EventType>(type: T, node: string, payload: Payloads[T]): RunEvent =>
  ({ pos: (pos += 1), run: 'r', seq: pos, type, node, attempt: 1, epoch: 1, at: pos, payload, prev: '' }) as RunEvent;
const stage = (key: string, persona: string): RunEvent =>
  event('node.started', key, { role: 'stage', title: key, persona });
const by = { kind: 'persona', name: 'Claude as first' } as const;
const offer = {
  to: 'Claude',
  persona: 'first',
  tools: ['a/x', 'a/y'],
  tokens: 100,
  own: 20,
  budget: 150,
  tokenizer: 'o200k_base',
  shortened: ['a/y'],
};
const called = (call: string, tool: string): Payloads['tool.called'] => ({
  call,
  persona: 'first',
  server: 'a',
  tool,
  effect: 'read',
  with: {},
  by,
});

it('tells for each stage and persona what was offered, used, refused, forecast and spent [personas.receipts.stage]', () => {
  const state = fold([
    event('run.started', '', runStarted().payload),
    stage('one', 'first'),
    event('node.completed', 'one/tests', {
      output: null,
      startedAt: 0,
      step: { action: 'mcp.call', effect: 'read', with: { server: 'a', tool: 'x' }, key: 'k', persona: 'first' },
    }),
    event('tools.offered', 'one', offer),
    event('tools.offered', 'one', offer),
    event('tool.called', 'one', called('1', 'x')),
    event('tool.ended', 'one', { call: '1', outcome: 'answered', tokens: 7 }),
    event('persona.refused', 'one', { persona: 'first', wanted: 'b/z', why: 'may not', by }),
    stage('two', 'second'),
    event('tools.offered', 'two/think', { ...offer, persona: 'second', to: 'a model' }),
    event('tool.called', 'two/think', { ...called('2', 'y'), persona: 'second' }),
    event('tool.ended', 'two/think', {
      call: '2',
      outcome: 'failed',
      tokens: 9,
      failure: { code: 'a.b', message: 'No.', retryable: false },
    }),
    event('agent.turn', 'two/think', {
      conversation: 'c',
      turn: 1,
      model: 'm',
      text: '',
      calls: [],
      messages: [],
      finish: 'stop',
      tokens: { input: 300, output: 30 },
    }),
  ])!;
  const [one, two] = receiptsOf(state);
  expect(one).toEqual({
    stage: 'one',
    title: 'one',
    persona: 'first',
    offered: [{ to: 'Claude', tools: ['a/x', 'a/y'], shortened: ['a/y'], tokens: 100, budget: 150 }],
    used: { 'a/x': 2 },
    refused: [{ at: expect.any(Number) as number, wanted: 'b/z', why: 'may not', by: 'Claude as first' }],
    forecast: 120,
    spent: 127,
    tokenizer: 'o200k_base',
  });
  // What a model was given and got back is in the tokens that it counted itself.
  expect(two).toMatchObject({ persona: 'second', used: { 'a/y': 1 }, forecast: 120, spent: 330 });
});
