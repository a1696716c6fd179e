import { connect, type Socket } from 'node:net';
import { fail, StagebookError, type Failure } from '../../shared/failure.ts';
import type { RunEvent } from '../../shared/run/event.ts';
import { fold, type RunState } from '../../shared/run/state.ts';
import type { EngineListener } from '../engine/engine.ts';
import { socketAddress } from './address.ts';
import { METHODS, type EngineClient, type Method } from './client.ts';
import { lineReader } from './lines.ts';
import { LONGEST_REPLY, replySchema } from './protocol.ts';

/** The engine that another process hosts on this data directory. */
export interface RemoteEngine extends EngineClient {
  /** Lets go of the connection; runs go on. */
  close(): void;
}

/** Connects to the daemon of a data directory. Resolves with undefined when there is none. */
export async function connectEngine(home: string): Promise<RemoteEngine | undefined> {
  const socket = connect(socketAddress(home));
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
  } catch (error) {
    if (['ENOENT', 'ECONNREFUSED'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw fail(
      'unavailable',
      'daemon.unreachable',
      `The daemon of ${home} cannot be reached: ${(error as Error).message}`,
    );
  }
  return remoteEngine(socket);
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

function remoteEngine(socket: Socket): RemoteEngine {
  const pending = new Map<number, Pending>();
  const listeners = new Set<EngineListener>();
  let next = 0;
  const ended = (): StagebookError =>
    fail(
      'unavailable',
      'daemon.ended',
      'The Stagebook that hosts the runs has ended. They stay resumable: stagebook list.',
    );
  const request = (method: Method | 'subscribe', params: readonly unknown[]): Promise<unknown> => {
    if (socket.destroyed) return Promise.reject(ended());
    const id = ++next;
    // JSON has no undefined: what is left out at the end is not there.
    const given = params.slice(0, params.findLastIndex((param) => param !== undefined) + 1);
    socket.write(`${JSON.stringify({ id, method, params: given })}\n`);
    return new Promise((resolve, reject) => void pending.set(id, { resolve, reject }));
  };
  const onLine = (line: string): void => {
    const reply = replySchema.parse(JSON.parse(line));
    if ('events' in reply) {
      for (const listener of listeners) listener.events?.(reply.events as unknown as RunEvent[]);
    } else if ('output' in reply) {
      for (const listener of listeners) listener.output?.(reply.output);
    } else {
      const waiting = pending.get(reply.id);
      pending.delete(reply.id);
      if ('error' in reply) waiting?.reject(new StagebookError(reply.error as unknown as Failure));
      else waiting?.resolve(reply.result);
    }
  };
  const read = lineReader(LONGEST_REPLY, onLine);
  socket.on('data', (chunk: Buffer) => {
    try {
      read(chunk);
    } catch (error) {
      socket.destroy(error as Error);
    }
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    for (const { reject } of pending.values()) reject(ended());
    pending.clear();
  });
  const stateOf = async (run: string): Promise<RunState> => {
    const state = fold((await request('events', [run])) as RunEvent[]);
    if (!state)
      throw fail('not-found', 'run.not_found', `There is no run ${run}. stagebook list shows the runs there are.`);
    return state;
  };
  const calls = METHODS.map((method) => [method, (...params: unknown[]) => request(method, params)] as const);
  return {
    ...(Object.fromEntries(calls) as unknown as EngineClient),
    state: stateOf,
    settled: async (run) => {
      await request('settled', [run]);
      return stateOf(run);
    },
    subscribe(listener) {
      // A connection that ends tells its open requests; this one has nobody who waits for it.
      if (listeners.size === 0) request('subscribe', []).catch(() => {});
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () => void socket.destroy(),
  };
}
