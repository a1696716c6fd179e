import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import type { Definition } from '../shared/workflow/definition.ts';
import { createTestGateway } from '../test/fakes/gateway.ts';
import { STDIO_SERVER } from '../test/fakes/mcp/servers.ts';
import { node } from '../test/fakes/outline.ts';
import type { Bench } from './bench.ts';
import { quantile } from './statistics.ts';

const STAGES = 40;

/** How soon an agent hears that the stage, and with it its tools, changed. */
export const gateway: Bench = {
  name: 'gateway',
  summary: `${STAGES} stages of two personas, one after the other, an agent attached over HTTP`,
  async run() {
    const persona = (id: string, tool: string) => ({ id, actions: [], secrets: [], tools: { files: [tool] } });
    const open = await createTestGateway({
      personas: [persona('one', 'add'), persona('two', 'pid')],
      servers: { files: STDIO_SERVER },
      engine: { flushed: true },
    });
    try {
      await open.servers.trust('files');
      const { engine } = open.test;
      const { run } = await open.test.run(workflow());
      const agent = await open.agent(`?run=${run}`);
      await agent.names();
      const told: number[] = [];
      const listed: number[] = [];
      for (let n = 0; n < STAGES - 1; n += 1) {
        const heard = Promise.withResolvers<void>();
        agent.client.setNotificationHandler(ToolListChangedNotificationSchema, () => heard.resolve());
        const before = performance.now();
        await engine.answer(run, `stage_${n}/go_on_${n}`, 'yes', { kind: 'person', name: 'Ada' });
        await heard.promise;
        told.push(performance.now() - before);
        await agent.names();
        listed.push(performance.now() - before);
      }
      return [
        {
          what: 'a new list is told of, p99 [personas.gateway.soon]',
          value: quantile(told, 0.99),
          unit: 'ms',
          target: { atMost: 200 },
        },
        { what: 'and read, p99', value: quantile(listed, 0.99), unit: 'ms', target: { atMost: 400 } },
      ];
    } finally {
      await open.remove();
    }
  },
};

function workflow(): Definition {
  const body = Array.from({ length: STAGES }, (_, n) =>
    node(
      'stage',
      `stage_${n}`,
      { persona: n % 2 === 0 ? 'one' : 'two' },
      node('ask', `go_on_${n}`, { question: 'Go on?', options: ['yes'] }),
    ),
  );
  return { language: 1, header: node('workflow', 'stages'), body };
}
