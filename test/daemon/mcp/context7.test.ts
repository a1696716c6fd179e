import { createRequire } from 'node:module';
import { afterEach, expect, it } from 'vitest';
import { mcpCall } from '../../../daemon/actions/mcp-call.ts';
import { listenOnLoopback } from '../../../daemon/demo/counterparts/loopback.ts';
import { toolPort } from '../../../daemon/mcp/tool-port.ts';
import { loadPersonas } from '../../../daemon/personas/load.ts';
import { shippedDefinitions, SHIPPED } from '../../../daemon/workflows.ts';
import { walk } from '../../../shared/workflow/definition.ts';
import { testContext } from '../../fakes/action-context.ts';
import { testServers, type TestServers } from '../../fakes/mcp/servers.ts';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const SERVER = require.resolve('@upstash/context7-mcp/dist/index.js');

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** The real server, in front of an API of two documents. */
async function open(): Promise<{ tools: TestServers; asked: string[] }> {
  const asked: string[] = [];
  const api = await listenOnLoopback((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    asked.push(`${pathname} ${searchParams.get('libraryId') ?? searchParams.get('libraryName')}`);
    if (pathname.endsWith('/libs/search')) {
      response.setHeader('content-type', 'application/json');
      return response.end(
        JSON.stringify({
          results: [
            {
              id: '/nodejs/node',
              title: 'Node.js',
              description: 'A runtime',
              totalSnippets: 7,
              trustScore: 10,
              versions: [],
            },
          ],
        }),
      );
    }
    response.setHeader('content-type', 'text/plain');
    return response.end('Use http.createServer(listener).');
  });
  closers.push(() => api.close());
  const tools = testServers({
    context7: { command: process.execPath, args: [SERVER], env: { CONTEXT7_API_URL: `${api.url}/api` } },
  });
  closers.push(() => tools.servers.close());
  await tools.trust('context7');
  return { tools, asked };
}

it('looks up docs by the call that feature development makes, with arguments that its schema takes [feature.context7.real]', async () => {
  const { tools, asked } = await open();
  const action = mcpCall(toolPort(tools.servers));
  const call = async (tool: string, args: object) =>
    action.run(action.input.parse({ server: 'context7', tool, arguments: args }), await testContext());

  const step = [...walk(shippedDefinitions().get('feature-development')!.body)].find(
    ({ node }) => node.settings.uses === 'mcp.call',
  )!.node;
  const { server, tool, arguments: args } = step.settings.with as { server: string; tool: string; arguments: object };
  expect([server, Object.keys(args).toSorted()]).toEqual(['context7', ['libraryId', 'query']]);
  const found = await call(tool, { libraryId: '/nodejs/node', query: 'a server' });
  expect(found).toMatchObject({ text: 'Use http.createServer(listener).', tainted: true });
  expect((await call('resolve-library-id', { libraryName: 'Node.js', query: 'a server' })).text).toContain(
    '/nodejs/node',
  );
  expect(asked.map((line) => line.replace(/^\/api/, ''))).toEqual([
    '/v2/context /nodejs/node',
    '/v2/libs/search Node.js',
  ]);
  await expect(call(tool, { query: 'a server' })).rejects.toMatchObject({ failure: { retryable: false } });
});

it('is among the tools of the personas that look something up [feature.context7.real]', () => {
  const personas = loadPersonas(join(SHIPPED, 'personas'));
  for (const id of ['backend', 'frontend']) {
    expect(personas.get(id)!.tools?.context7).toEqual(['query-docs', 'resolve-library-id']);
  }
});
