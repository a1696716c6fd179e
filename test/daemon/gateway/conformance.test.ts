import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestGateway, type TestGateway } from '../../fakes/gateway.ts';
import { everything } from '../../fakes/mcp/everything.ts';
import { tokenProxy } from '../../fakes/token-proxy.ts';

const SUITE = fileURLToPath(import.meta.resolve('@modelcontextprotocol/conformance/dist/index.js'));
const folder = mkdtempSync(join(tmpdir(), 'conformance-'));

let gateway: TestGateway;
let proxy: Awaited<ReturnType<typeof tokenProxy>>;
beforeAll(async () => {
  // What the suite asks every server for (tools that answer with an image, that ask the client …) is in the registry of this test
  // only; session, transport, checks and everything else are those of the product.
  gateway = await createTestGateway({ personas: [], registry: everything });
  proxy = await tokenProxy(gateway.server.port, gateway.token('conformance'));
});
afterAll(async () => {
  await proxy.close();
  await gateway.remove();
  rmSync(folder, { recursive: true, force: true });
});

it('passes every server scenario of the public conformance suite [personas.gateway.conformance]', async () => {
  const url = `http://127.0.0.1:${proxy.port}/mcp`;
  const ran = await promisify(execFile)(process.execPath, [SUITE, 'server', '--url', url, '--suite', 'all'], {
    cwd: folder,
  }).catch((error: { stdout: string; stderr: string }) => error);
  const lines = `${ran.stdout}\n${ran.stderr}`.split('\n');
  expect(lines.filter((line) => /FAILURE|✗/.test(line))).toEqual([]);
  const passed = lines.filter((line) => line.startsWith('✓'));
  expect(passed.length, lines.join('\n')).toBeGreaterThanOrEqual(30);
  expect(lines.join('\n')).toMatch(/Total: \d+ passed, 0 failed/);
});
