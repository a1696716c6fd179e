import { connect, type Socket } from 'node:net';
import type { z } from 'zod';
import { fail, StagebookError, type Failure } from '../../shared/failure.ts';
import type { RunEvent } from '../../shared/run/event.ts';
import { fold } from '../../shared/run/fold/fold.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { EngineListener } from '../engine/engine.ts';
import { readToken, socketAddress } from './address.ts';
import type { agentAttachment, AgentChannel } from './agent-channel.ts';
import { METHODS, type EngineClient } from './client.ts';
import { DESK_CALLS, type Desk } from './desk.ts';
import { framesOver, type Frames } from './frames.ts';
import { PROTOCOL } from './protocol.ts';

/** The engine of the daemon that has a data directory, from another process. */
export interface RemoteEngine {
  client: EngineClient;
  desk: Desk;
  /** Makes this connection an agent's: from then on nothing else can be asked over it. Throws `run.not_found`. */
  agent(
    attachment: z.infer<typeof agentAttachment>,
    on: Pick<AgentChannel, 'onmessage' | 'onclose'>,
  ): Promise<AgentChannel>;
  /** Resolves when the connection is over, whoever ended it. */
  closed: Promise<void>;
  close(): void;
}

type Answer =
  | { id: number; ok: unknown }
  | { id: number; failure: Failure }
  | { events: RunEvent[] }
  | { message: unknown }
  | { output: Parameters<NonNullable<EngineListener['output']>>[0] };

/** Reaches the daemon of a data directory. Undefined when none is up; throws `daemon.version` when it speaks otherwise. */
export async function connectRemote(home: string): Promise<RemoteEngine | undefined> {
  const socket = await open(home);
  if (!socket) return undefined;
  return talk(socket, home);
}

function open(home: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(socketAddress(home));
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(undefined));
  });
}

async function talk(socket: Socket, home: string): Promise<RemoteEngine> {
  const pending = new Map<number, { resolve(value: unknown): void; reject(error: unknown): void }>();
  const listeners = new Set<EngineListener>();
  let next = 0;
  let over = false;
  let channel: AgentChannel | undefined;
  const ended = Promise.withResolvers<void>();
  const greeted = Promise.withResolvers<void>();
  const frames: Frames = framesOver(socket, {
    frame(value) {
      const answer = value as Answer | { stagebook: number };
      if ('stagebook' in answer) return greeted.resolve();
      if ('message' in answer) return channel?.onmessage?.(answer.message);
      if ('events' in answer) return listeners.forEach((listener) => listener.events?.(answer.events));
      if ('output' in answer) return listeners.forEach((listener) => listener.output?.(answer.output));
      const waiting = pending.get(answer.id);
      pending.delete(answer.id);
      if ('ok' in answer) waiting?.resolve(answer.ok);
      else waiting?.reject(new StagebookError(answer.failure));
    },
    closed() {
      over = true;
      greeted.reject(otherVersion());
      for (const { reject } of pending.values()) reject(lost());
      pending.clear();
      channel?.onclose?.();
      ended.resolve();
    },
  });
  const call = (name: string, ...parameters: unknown[]): Promise<unknown> => {
    if (over) return Promise.reject(lost());
    return new Promise((resolve, reject) => {
      const id = (next += 1);
      pending.set(id, { resolve, reject });
      // JSON has no undefined: what is left out at the end is not there.
      const last = parameters.findLastIndex((parameter) => parameter !== undefined);
      frames.send({ id, call: name, with: parameters.slice(0, last + 1) });
    });
  };
  frames.send({ stagebook: PROTOCOL, token: readToken(home) });
  await greeted.promise;
  let subscribed = false;
  const state = async (run: string): Promise<RunState> => fold((await call('events', run)) as RunEvent[])!;
  const calls = METHODS.map((method) => [method, (...all: unknown[]) => call(method, ...all)] as const);
  const client = {
    ...Object.fromEntries(calls),
    // The fold is the same at both ends: a state never travels.
    async state(run: string) {
      await call('state', run);
      return state(run);
    },
    async settled(run: string) {
      await call('settled', run);
      return state(run);
    },
    subscribe(listener: EngineListener) {
      listeners.add(listener);
      if (!subscribed) void call('subscribe').catch(() => undefined);
      subscribed = true;
      return () => void listeners.delete(listener);
    },
  } as unknown as EngineClient;
  const deskCalls = Object.keys(DESK_CALLS).map((name) => [name, (...all: unknown[]) => call(name, ...all)] as const);
  const desk = Object.fromEntries(deskCalls) as unknown as Desk;
  const agent: RemoteEngine['agent'] = async (attachment, on) => {
    channel = { send: (message) => frames.send({ message }), close: () => frames.end(), ...on };
    await call('agent', attachment);
    return channel;
  };
  return { client, desk, agent, closed: ended.promise, close: () => void socket.destroy() };
}

function lost(): StagebookError {
  return fail(
    'network',
    'daemon.lost',
    'The daemon has ended, or let go of this command. Runs stay as they are: start it again (stagebook up), or resume.',
  );
}

function otherVersion(): StagebookError {
  return fail(
    'conflict',
    'daemon.version',
    'The daemon of this data directory is of another version. End it and start it again.',
  );
}
