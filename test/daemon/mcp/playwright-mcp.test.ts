import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { mcpCall } from '../../../daemon/actions/mcp-call.ts';
import { findBrowser } from '../../../daemon/browser/find.ts';
import { listenOnLoopback } from '../../../daemon/demo/counterparts/loopback.ts';
import { toolPort } from '../../../daemon/mcp/tool-port.ts';
import { testContext } from '../../fakes/action-context.ts';
import { testServers } from '../../fakes/mcp/servers.ts';
import { requireProgram } from '../../programs.ts';

const require = createRequire(import.meta.url);
const SERVER = join(dirname(require.resolve('@playwright/mcp')), 'cli.js');

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

describe.runIf(requireProgram('chromium'))('the MCP server of Playwright', () => {
  it('drives a real browser for a step, and ends with it [feature.playwright.mcp]', async () => {
    const site = await listenOnLoopback((_, response) => {
      response.setHeader('content-type', 'text/html');
      response.end('<title>A page</title><h1>Hello</h1><button onclick="this.textContent = \'Thanks\'">Press</button>');
    });
    closers.push(() => site.close());
    const browser = (await findBrowser({}))!;
    const args = [
      SERVER,
      '--headless',
      '--isolated',
      '--no-sandbox',
      '--executable-path',
      process.env['CHROMIUM'] ?? browser,
    ];
    const tools = testServers({ playwright: { command: process.execPath, args } });
    closers.push(() => tools.servers.close());
    await tools.trust('playwright');
    const action = mcpCall(toolPort(tools.servers));
    const call = async (tool: string, settings: object) =>
      (await action.run(action.input.parse({ server: 'playwright', tool, arguments: settings }), await testContext()))
        .text;
    expect(await call('browser_navigate', { url: site.url })).toContain('A page');
    const seen = await call('browser_snapshot', {});
    const [, ref] = /button "Press" .*?\[ref=(\w+)\]/.exec(seen) ?? [];
    await call('browser_click', { element: 'the button', target: ref });
    expect(await call('browser_snapshot', {})).toContain('button "Thanks"');
    await call('browser_close', {});
    await tools.servers.close();
    expect(tools.running.size).toBe(0);
  });
});
