import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { get, request, type IncomingHttpHeaders } from 'node:http';
import { connect, Server } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { listenHttp } from '../../../daemon/server/http.ts';
import { createTestServer, type TestServer } from '../../fakes/server.ts';

let here: TestServer;
let built: string;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stagebook-panel-'));
  built = join(folder, 'panel');
  mkdirSync(join(built, 'assets'), { recursive: true });
  writeFileSync(join(built, 'index.html'), '<!doctype html><title>Panel</title>');
  writeFileSync(join(built, 'assets', 'main-a1b2c3d4.js'), 'export {};');
  writeFileSync(join(folder, 'secret.txt'), 'not for anybody');
  symlinkSync(join(folder, 'secret.txt'), join(built, 'link.txt'));
  here = await createTestServer(
    {},
    { panel: built, config: { home: folder, zone: 'UTC', origins: ['http://localhost:3001'] } },
  );
});
afterAll(async () => {
  await here.remove();
  rmSync(folder, { recursive: true, force: true });
});

interface Answered {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const sent = request({ port: here.server.port, host: '127.0.0.1', path, headers, method }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

describe('the port', () => {
  it('is bound on this machine only [ui.server.loopback]', async () => {
    const outside = Object.values(networkInterfaces())
      .flatMap((all) => all ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4')
      .map(({ address }) => address);
    for (const address of [...outside, '127.0.0.2']) {
      const code = await new Promise((resolve) => {
        const socket = connect(here.server.port, address, () => resolve('connected'));
        socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
        socket.on('close', () => socket.destroy());
      });
      expect(code, address).toBe('ECONNREFUSED');
    }
  });

  it('that is taken is refused with its remedy [ui.server.port]', async () => {
    await expect(listenHttp(here.server.port)).rejects.toMatchObject({
      code: 'server.port_taken',
      message: expect.stringContaining('config.yaml') as string,
    });
  });

  it('outlives connections that cannot be accepted for want of file handles [ui.server.port]', async () => {
    const listen = vi.spyOn(Server.prototype, 'listen');
    const http = await listenHttp(0);
    const [server] = listen.mock.contexts as [Server];
    listen.mockRestore();
    const error = Object.assign(new Error('accept EMFILE'), { code: 'EMFILE' });
    for (let connection = 0; connection < 3; connection += 1) expect(server.emit('error', error)).toBe(true);
    await http.close();
  });
});

describe('Host and Origin', () => {
  const rebound = ['evil.example', 'localhost', '127.0.0.1', '[::1]', '127.0.0.1.evil.example'];

  it.each(rebound)('refuses a name that was bent to this machine: %s [ui.server.host]', async (name) => {
    const host = name === '127.0.0.1' ? name : `${name}:${here.server.port}`;
    for (const path of ['/', '/panel/', '/panel/assets/main-a1b2c3d4.js', '/socket', '/nowhere']) {
      expect((await ask(path, { host })).status, path).toBe(403);
    }
    await expect(here.open({ host })).rejects.toThrow('HTTP 403');
    await expect(here.open({ host, origin: `http://${host}` })).rejects.toThrow('HTTP 403');
  });

  it.each([
    'https://evil.example',
    'http://localhost:7717',
    'http://127.0.0.1',
    'http://127.0.0.1:1',
    'lsp://evil.example',
    'lsp://logseq.io.evil.example',
    'app://a/b',
    'file://evil',
    'chrome-extension://abc',
    '',
  ])('opens no WebSocket for a page of %j [ui.server.origin]', async (origin) => {
    await expect(here.open({ origin })).rejects.toThrow('HTTP 403');
  });

  it('opens one for Logseq, the panel and what is configured, and lets nobody in by that [ui.server.origin]', async () => {
    const origins = ['lsp://logseq.io', 'lsp://logseq.com', 'file://', 'null', 'app://logseq', here.origin];
    for (const origin of [...origins, 'http://localhost:3001']) {
      const client = await here.open({ origin });
      client.send({ id: 1, call: 'status' });
      expect(await client.closed, origin).toMatchObject({ code: 4400, refused: { code: 'frame' } });
    }
  });

  it('is only asked at its own path [ui.server.origin]', async () => {
    const answer = await new Promise<number>((resolve) => {
      const headers = {
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        Origin: 'null',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
      };
      get({ port: here.server.port, host: '127.0.0.1', path: '/panel/', headers }, (response) => {
        response.resume();
        resolve(response.statusCode!);
      });
    });
    expect(answer).toBe(404);
  });
});

describe('the panel’s pages', () => {
  it('come with a policy that lets nothing foreign in [ui.server.panel]', async () => {
    const { status, headers, text } = await ask('/panel/');
    expect(status).toBe(200);
    expect(text).toContain('<title>Panel</title>');
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).toContain("frame-ancestors 'self' lsp: file: app: http://localhost:3001");
    expect(policy).not.toContain('unsafe');
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    });
    expect(headers['access-control-allow-origin']).toBeUndefined();
    expect((await ask('/panel/assets/main-a1b2c3d4.js')).headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': expect.stringContaining('immutable') as string,
    });
    expect((await ask('/panel')).headers.location).toBe(`${here.origin}/panel/`);
    expect((await ask('/')).headers.location).toBe(`${here.origin}/panel/`);
  });

  it('are read by nobody else: no other site’s scripts, no other method [ui.server.panel]', async () => {
    expect((await ask('/panel/', { origin: 'https://evil.example' })).status).toBe(403);
    expect((await ask('/panel/', { origin: 'null' })).status).toBe(403);
    expect((await ask('/panel/', { origin: 'lsp://logseq.io' })).status).toBe(403);
    const foreign = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' };
    expect((await ask('/panel/assets/main-a1b2c3d4.js', foreign)).status).toBe(403);
    const framed = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' };
    expect((await ask('/panel/', framed)).status).toBe(200);
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      expect((await ask('/panel/', {}, method)).status, method).toBe(405);
    }
  });

  it.each([
    '/panel/../secret.txt',
    '/panel/%2e%2e/secret.txt',
    '/panel/..%2fsecret.txt',
    '/panel/..%5csecret.txt',
    '/panel//etc/passwd',
    '/panel/link.txt',
    '/panel/%00',
    '/panel/%zz',
    '/panel/assets',
    '/secret.txt',
  ])('end where the folder ends: %s [ui.server.panel]', async (path) => {
    const { status, text } = await ask(path);
    expect(status).toBe(404);
    expect(text).not.toContain('not for anybody');
  });

  it('say what to do when they were not built [ui.server.panel]', async () => {
    const bare = await createTestServer({}, { panel: join(folder, 'nothing') });
    const { port } = bare.server;
    const text = await new Promise<string>((resolve) => {
      get({ port, host: '127.0.0.1', path: '/panel/' }, (response) => {
        let heard = '';
        response.on('data', (chunk: Buffer) => (heard += chunk.toString()));
        response.on('end', () => resolve(heard));
      });
    });
    expect(text).toContain('npm run build');
    await bare.remove();
  });
});
