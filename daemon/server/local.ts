import { timingSafeEqual } from 'node:crypto';
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { fail, toFailure } from '../../shared/failure.ts';
import type { Engine } from '../engine/engine.ts';
import { guardSocket, newToken, socketAddress } from './address.ts';
import { localClient, METHODS, type EngineClient, type Method } from './client.ts';
import { DESK_CALLS, noDesk, type Desk } from './desk.ts';
import { framesOver, type Frames } from './frames.ts';
import { agentAttachment, agentMessage, type AgentChannel, type OpenToAgents } from './agent-channel.ts';
import { greeting, PARAMETERS, request } from './protocol.ts';

/**
 * Lets other processes of this person reach the engine (engine.md, Operation): an owner-only socket, every frame checked
 * before it means anything. Call it only with the data directory claimed: a socket that is found there is a dead one's.
 * Returns the way to stop.
 */
export async function serveLocal(
  engine: Engine,
  home: string,
  desk: Desk = noDesk(),
  agents?: OpenToAgents,
): Promise<() => Promise<void>> {
  const address = socketAddress(home);
  guardSocket(home, address);
  const token = newToken(home);
  const open = new Set<Socket>();
  const client = localClient(engine);
  const server = createServer((socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    attend(socket, client, desk, token, agents);
  });
  if (process.platform !== 'win32') rmSync(address, { force: true });
  await new Promise<void>((resolve, reject) => {
    // Later ones are of connections that could not be accepted, for want of file handles: those come again.
    server.on('error', (error) =>
      reject(
        fail('invalid', 'daemon.socket', `The local socket ${address} could not be opened: ${error.message}.`, {
          cause: error,
        }),
      ),
    );
    server.listen(address, resolve);
  });
  if (process.platform !== 'win32') chmodSync(address, 0o600);
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of open) socket.destroy();
    });
}

/** One connection: a greeting with the token, then calls. Anything else ends it. */
function attend(
  socket: Socket,
  client: EngineClient,
  desk: Desk,
  token: string,
  agents: OpenToAgents | undefined,
): void {
  let unsubscribe: (() => void) | undefined;
  let greeted = false;
  let channel: AgentChannel | undefined;
  const frames: Frames = framesOver(socket, {
    frame(value) {
      if (!greeted) {
        greeted = isGreeting(value, token);
        return greeted ? frames.send({ stagebook: 1 }) : void socket.destroy();
      }
      if (channel) return hear(channel, value, socket);
      const parsed = request.safeParse(value);
      if (!parsed.success) return void socket.destroy();
      const { id, call, with: parameters } = parsed.data;
      if (call === 'agent') {
        // From here on this connection is an agent's: it can call nothing of the engine any more.
        const own: AgentChannel = { send: (message) => frames.send({ message }), close: () => frames.end() };
        channel = own;
        openAgent(agents, own, parameters).then(
          () => frames.send({ id, ok: null }),
          (error: unknown) => {
            frames.send({ id, failure: toFailure(error) });
            frames.end();
          },
        );
        return;
      }
      if (call === 'subscribe') {
        unsubscribe ??= client.subscribe({
          events: (events) => frames.send({ events }),
          output: (line) => frames.send({ output: line }),
        });
        return frames.send({ id, ok: null });
      }
      answer(client, desk, call, parameters).then(
        (ok) => frames.send({ id, ok: ok ?? null }),
        (error: unknown) => frames.send({ id, failure: toFailure(error) }),
      );
    },
    closed: () => {
      unsubscribe?.();
      channel?.onclose?.();
    },
  });
}

async function openAgent(
  agents: OpenToAgents | undefined,
  channel: AgentChannel,
  parameters: readonly unknown[],
): Promise<void> {
  const parsed = agentAttachment.safeParse(parameters[0]);
  if (!parsed.success || !agents) throw fail('invalid', 'daemon.call', 'No agent can be let in so.');
  await agents(channel, parsed.data);
}

function hear(channel: AgentChannel, value: unknown, socket: Socket): void {
  const parsed = agentMessage.safeParse(value);
  if (!parsed.success) return void socket.destroy();
  channel.onmessage?.(parsed.data.message);
}

function isGreeting(value: unknown, token: string): boolean {
  const parsed = greeting.safeParse(value);
  if (!parsed.success) return false;
  const [given, known] = [Buffer.from(parsed.data.token), Buffer.from(token)];
  return given.length === known.length && timingSafeEqual(given, known);
}

async function answer(
  client: EngineClient,
  desk: Desk,
  call: string,
  parameters: readonly unknown[],
): Promise<unknown> {
  if (Object.hasOwn(DESK_CALLS, call)) return askDesk(desk, call as keyof Desk, parameters);
  const method = METHODS.find((known) => known === call);
  if (!method) throw fail('invalid', 'daemon.call', `The daemon knows no “${call}”. Is it of another version?`);
  const parsed = PARAMETERS[method].safeParse(parameters);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw fail('invalid', 'daemon.call', `${call} cannot be called so: ${issue.path.join('.')}: ${issue.message}.`);
  }
  const result: unknown = await (client[method] as (...all: unknown[]) => Promise<unknown>)(
    ...(parsed.data as unknown[]),
  );
  return FOLDED.has(method) ? null : result;
}

async function askDesk(desk: Desk, call: keyof Desk, parameters: readonly unknown[]): Promise<unknown> {
  const parsed = DESK_CALLS[call].safeParse(parameters);
  if (!parsed.success) throw fail('invalid', 'daemon.call', `${call} cannot be called so.`);
  return (desk[call] as (...all: unknown[]) => Promise<unknown>)(...parsed.data);
}

/** A run's state is the fold of its events: the other end has the same fold, so only events travel. */
const FOLDED: ReadonlySet<Method> = new Set(['state', 'settled']);
