import { afterEach, describe, expect, it } from 'vitest';
import type { TestGateway } from '../../fakes/gateway.ts';
import { openTwoStages } from './two-stages.ts';

let gateway: TestGateway;
afterEach(() => gateway.remove());

describe('the door', () => {
  const hello = {
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'a', version: '1' } },
  };
  const knock = (headers: Record<string, string>, path = '/mcp', method = 'POST'): Promise<Response> =>
    fetch(gateway.origin + path, {
      method,
      headers: { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream', ...headers },
      ...(method === 'POST' ? { body: JSON.stringify(hello) } : {}),
    });

  it('opens for a token only, and from no other origin [personas.gateway.door]', async () => {
    gateway = await openTwoStages();
    const token = gateway.token();
    const bearer = { Authorization: `Bearer ${token}` };
    const statuses = await Promise.all([
      knock({}),
      knock({ Authorization: 'Bearer nobody.nothing' }),
      knock({ Authorization: `Bearer ${token}x` }),
      knock({ Authorization: `Basic ${token}` }),
      knock({}, `/mcp?token=${token}`),
      knock({ ...bearer, Origin: 'https://evil.example' }),
      knock({ ...bearer, Origin: 'null' }),
      knock({ ...bearer, Origin: 'file://' }),
      knock({ ...bearer }, '/mcp', 'PUT'),
      knock({ ...bearer }, '/mcp', 'GET'),
      knock({ ...bearer, 'Mcp-Session-Id': 'made-up' }),
      knock(bearer, '/mcp?run=nowhere'),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 403, 403, 403, 405, 400, 404, 404]);
    expect((await knock({ ...bearer, Origin: gateway.origin })).status).toBe(200);
  });

  it('is closed for one agent by the session of another, and for all by revoking [personas.gateway.door]', async () => {
    gateway = await openTwoStages();
    const mine = gateway.token('Mine');
    const response = await knock({ Authorization: `Bearer ${mine}` });
    const session = response.headers.get('mcp-session-id')!;
    const use = (token: string): Promise<Response> =>
      knock({ Authorization: `Bearer ${token}`, 'Mcp-Session-Id': session });
    expect((await use(gateway.token('Other'))).status).toBe(404);
    const known = (): { agent: string; revokedAt?: number } =>
      gateway.agents.list().find(({ name }) => name === 'Mine')!;
    await gateway.server.desk.revoke(known().agent);
    expect((await use(mine)).status).toBe(401);
    expect(known().revokedAt).toBeDefined();
  });

  it('holds nothing for a session that was ended, nor for a request that began none [personas.gateway.door]', async () => {
    gateway = await openTwoStages();
    const before = gateway.clock.next();
    const bearer = { Authorization: `Bearer ${gateway.token()}` };
    const json = { ...bearer, 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' };
    const none = await fetch(`${gateway.origin}/mcp`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
    });
    expect([none.status, gateway.clock.next()]).toEqual([400, before]);
    const begun = await knock(bearer);
    await begun.text();
    await expect.poll(() => gateway.clock.next()).not.toBe(before);
    const ended = await knock({ ...bearer, 'Mcp-Session-Id': begun.headers.get('mcp-session-id')! }, '/mcp', 'DELETE');
    await ended.text();
    await new Promise((resolve) => setImmediate(resolve));
    expect([ended.status, gateway.clock.next()]).toEqual([200, before]);
  });
});
