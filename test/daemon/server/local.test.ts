import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readToken, socketAddress } from '../../../daemon/server/address.ts';
import { serveLocal } from '../../../daemon/server/local.ts';
import { connectRemote, type RemoteEngine } from '../../../daemon/server/remote-engine.ts';
import type { RunEvent } from '../../../shared/run/event.ts';
import { createTestEngine, type TestEngine } from '../../fakes/engine.ts';
import { node, step, workflowOf } from '../../fakes/outline.ts';

let home: string;
let test: TestEngine;
let stop: () => Promise<void>;
let remote: RemoteEngine;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'stagebook-socket-'));
  test = await createTestEngine();
  stop = await serveLocal(test.engine, home);
  remote = (await connectRemote(home))!;
});
afterEach(async () => {
  remote.close();
  await stop();
  test.remove();
  rmSync(home, { recursive: true, force: true });
});

const by = { kind: 'person', name: 'Ada' } as const;

/** Sends lines as they are; resolves with what came back once the other end hung up. */
function sendRaw(...lines: string[]): Promise<string> {
  return new Promise((resolve) => {
    let heard = '';
    const socket = connect(socketAddress(home), () => lines.forEach((line) => socket.write(`${line}\n`)));
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(heard));
  });
}

describe('the engine over the local socket [core.cli.socket]', () => {
  it('gives the same answers as the engine itself, events and states included', async () => {
    const seen: RunEvent[] = [];
    remote.client.subscribe({ events: (events) => void seen.push(...events) });
    const definition = workflowOf(step('one', 'act.read', { with: { name: 'one', value: 7 } }));
    const run = await remote.client.start({ definition, inputs: {}, by });
    const settled = await remote.client.settled(run);
    expect(settled).toEqual(test.engine.state(run));
    expect(settled.status).toBe('completed');
    expect(await remote.client.events(run)).toEqual(test.engine.events(run));
    expect(seen).toEqual(test.engine.events(run));
    expect(await remote.client.definition(run)).toEqual(definition);
    expect(await remote.client.list({ limit: 5 })).toEqual(test.engine.list({ limit: 5 }));
  });

  it('answers and cancels across it, with what is left out left out', async () => {
    const ask = node('ask', 'which', { question: 'Which?', options: ['left', 'right'] });
    const first = await remote.client.start({ definition: workflowOf(ask), inputs: {}, by });
    await remote.client.settled(first);
    const [question] = await remote.client.requests();
    await remote.client.answer(first, question!.node, 'left', by);
    expect((await remote.client.settled(first)).status).toBe('completed');
    const second = await remote.client.start({ definition: workflowOf(ask), inputs: {}, by });
    await remote.client.settled(second);
    await remote.client.cancel(second, by, undefined);
    expect((await remote.client.settled(second)).status).toBe('cancelled');
  });

  it('carries failures as they are', async () => {
    await expect(remote.client.state('nowhere')).rejects.toMatchObject({ code: 'run.not_found' });
    await expect(remote.client.resume('nowhere', { by })).rejects.toMatchObject({ code: 'run.not_found' });
  });

  it('refuses parameters that do not fit before they reach the engine', async () => {
    const start = remote.client.start as (request: unknown) => Promise<string>;
    await expect(start({ definition: { language: 9 }, inputs: {}, by })).rejects.toMatchObject({ code: 'daemon.call' });
    expect(test.engine.list()).toEqual([]);
  });

  it('is open to its owner alone, and only to who can read the data directory', async () => {
    if (process.platform !== 'win32') expect(statSync(socketAddress(home)).mode & 0o777).toBe(0o600);
    expect(await sendRaw('{"stagebook":1,"token":"guessed"}', '{"id":1,"call":"list","with":[]}')).toBe('');
    expect(await sendRaw('{"id":1,"call":"list","with":[]}')).toBe('');
  });

  it.each(['no JSON', '{"id":"one"}', '[]', '42'])('hangs up on %s, and goes on for everybody else', async (line) => {
    const greeting = JSON.stringify({ stagebook: 1, token: readToken(home) });
    expect(await sendRaw(greeting, line)).toBe('{"stagebook":1}\n');
    await expect(remote.client.list()).resolves.toEqual([]);
  });

  it('tells what was under way that the daemon has ended', async () => {
    const ask = node('ask', 'which', { question: 'Which?' });
    const run = await remote.client.start({ definition: workflowOf(ask), inputs: {}, by });
    await remote.client.settled(run);
    await stop();
    await remote.closed;
    await expect(remote.client.list()).rejects.toMatchObject({ code: 'daemon.lost' });
    expect(await connectRemote(home)).toBeUndefined();
    stop = await serveLocal(test.engine, home);
  });

  it('finds a socket for a data directory whose path is too long for one', async () => {
    const deep = join(home, 'd'.repeat(120));
    expect(socketAddress(home).length).toBeLessThan(104);
    mkdirSync(deep);
    expect(socketAddress(deep).length).toBeLessThan(104);
    const end = await serveLocal(test.engine, deep);
    const far = await connectRemote(deep);
    expect(await far?.client.list()).toEqual([]);
    far?.close();
    await end();
    rmSync(join(socketAddress(deep), '..'), { recursive: true, force: true });
  });
});
