import type { NewEvent } from '../../shared/run/event.ts';

/** What an agent and a model use: tools that were offered, one call, one turn. */
export const tokenEvents: NewEvent[] = [
  {
    type: 'tools.offered',
    node: 'work',
    payload: {
      persona: 'backend',
      to: 'claude',
      tools: ['a/b'],
      tokens: 600,
      own: 100,
      tokenizer: 'o200k',
      shortened: [],
    },
  },
  {
    type: 'tool.called',
    node: 'work',
    payload: {
      call: 'c1',
      persona: 'backend',
      server: 'a',
      tool: 'b',
      effect: 'read',
      with: {},
      by: { kind: 'persona', name: 'backend' },
    },
  },
  { type: 'tool.ended', node: 'work', payload: { call: 'c1', outcome: 'answered', tokens: 45 } },
  {
    type: 'agent.turn',
    node: 'work',
    payload: {
      conversation: 'k',
      turn: 1,
      model: 'm',
      text: '',
      calls: [],
      messages: [],
      finish: 'stop',
      tokens: { input: 1200, output: 80 },
    },
  },
];
