// A process with a model at work, that can be killed at any moment: it starts the run once, goes on with it when it is there
// already, and says on its standard output how it ended.
import { z } from 'zod';
import { createModels } from '../../daemon/agent/models.ts';
import { defineAction } from '../../daemon/actions/action.ts';
import { openAgentDesk } from './agent.ts';
import { step, workflowOf } from './outline.ts';

const { directory, model, counter } = JSON.parse(process.argv[2]!) as Record<'directory' | 'model' | 'counter', string>;

/** A write at a counterpart over HTTP, which knows the keys that it has seen. */
const post = defineAction({
  name: 'act.post',
  summary: 'Counts one more at the counter.',
  effect: 'write',
  input: z.strictObject({}),
  output: z.json(),
  async run(_input, { key }) {
    const response = await fetch(`${counter}/${encodeURIComponent(key)}`, { method: 'POST' });
    return { status: response.status };
  },
  verify: async (_input, { key }) => {
    const found = await fetch(`${counter}/${encodeURIComponent(key)}`);
    return found.ok ? { is: 'done', result: { status: 201 } } : { is: 'not-done' };
  },
});

const models = createModels(
  { local: { kind: 'openai-compatible', url: `${model}/v1`, model: 'stand-in' } },
  { read: () => Promise.resolve('') },
);

const chosen = await models.choose(undefined);
const desk = await openAgentDesk(() => chosen, { actions: [post], directory });
const task = { task: 'Count one.', changes: true, tools: [], actions: { 'act.post': {} } };
const run = await desk.test.engine.start({
  definition: workflowOf(step('agent', 'agent.run', { with: task })),
  inputs: {},
  by: { kind: 'person', name: 'Ada' },
  idempotencyKey: 'the run',
});
const { status, nodes } = await desk.test.engine.settled(run);
process.stdout.write(`${JSON.stringify({ status, output: nodes.get('work/agent')?.output ?? null })}\n`);
await desk.tools.servers.close();
process.exit(0);
