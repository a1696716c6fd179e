import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { WebSocket } from 'ws';
import { PROTOCOL_VERSION, proofText, SOCKET_PATH } from '../../shared/protocol/limits.ts';
import type { CallName, CallParameters, CallResults } from '../../shared/protocol/calls.ts';
import type { Hello, ServerFrame, Welcome } from '../../shared/protocol/frames.ts';
import { StagebookError } from '../../shared/failure.ts';
import type { RunEvent, Signature } from '../../shared/run/event.ts';
import { signedText } from '../../shared/signature.ts';

const LOGSEQ_ORIGIN = 'lsp://logseq.io';

/** How a connection ended. */
export interface Closed {
  code: number;
  /** The last `refused` that came. */
  refused?: { code: string; message: string };
}

/** The other end of a connection, over a real WebSocket. */
export interface Client {
  socket: WebSocket;
  frames: ServerFrame[];
  events: RunEvent[];
  /** The last `upTo`. */
  upTo: number;
  closed: Promise<Closed>;
  send(frame: unknown): void;
  /** The first frame, of those that came or will come, that this holds for. Rejects when the connection ends before. */
  frame<F extends ServerFrame>(is: (frame: ServerFrame) => frame is F): Promise<F>;
  until(holds: () => boolean): Promise<void>;
  call<C extends CallName>(name: C, parameters?: CallParameters<C>): Promise<CallResults[C]>;
  hello(as: Hello['as'], protocol?: number): void;
  welcomed(): Promise<Welcome>;
  close(): Promise<void>;
}

export const isPrompt = (frame: ServerFrame): frame is Extract<ServerFrame, { prove: object }> => 'prove' in frame;
const isWelcome = (frame: ServerFrame): frame is Extract<ServerFrame, { welcome: object }> => 'welcome' in frame;

/** Opens a WebSocket; rejects with `HTTP 403` and the like when it is refused before. */
export function openClient(port: number, headers: { origin?: string; host?: string } = {}): Promise<Client> {
  const { origin, host } = { origin: LOGSEQ_ORIGIN, ...headers };
  const socket = new WebSocket(`ws://127.0.0.1:${port}${SOCKET_PATH}`, {
    headers: { ...(origin === '' ? {} : { Origin: origin }), ...(host === undefined ? {} : { Host: host }) },
  });
  return new Promise((resolve, reject) => {
    socket.once('unexpected-response', (_request, response) => {
      response.resume();
      reject(new Error(`HTTP ${response.statusCode}`));
    });
    socket.once('error', reject);
    socket.once('open', () => resolve(clientOver(socket)));
  });
}

function clientOver(socket: WebSocket): Client {
  const frames: ServerFrame[] = [];
  const events: RunEvent[] = [];
  const watchers = new Set<() => void>();
  const pending = new Map<number, { resolve(value: never): void; reject(error: unknown): void }>();
  let next = 0;
  let ended = false;
  const closed = Promise.withResolvers<Closed>();
  const heard = (): void => [...watchers].forEach((watch) => watch());
  socket.on('error', () => undefined);
  socket.on('message', (data) => {
    const frame = JSON.parse((data as Buffer).toString()) as ServerFrame;
    frames.push(frame);
    if ('events' in frame) {
      events.push(...frame.events);
      client.upTo = frame.upTo;
    }
    if ('id' in frame && !('call' in frame)) {
      const waiting = pending.get(frame.id);
      pending.delete(frame.id);
      if ('failure' in frame) waiting?.reject(new StagebookError(frame.failure));
      else waiting?.resolve(frame.ok as never);
    }
    heard();
  });
  socket.once('close', (code) => {
    ended = true;
    const refused = frames.flatMap((frame) => ('refused' in frame ? [frame.refused] : [])).at(-1);
    for (const { reject } of pending.values()) reject(new Error(`closed with ${code}`));
    closed.resolve({ code, ...(refused ? { refused } : {}) });
    heard();
  });
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const watch = (): void => {
        if (!holds() && !ended) return;
        watchers.delete(watch);
        if (holds()) resolve();
        else reject(new Error(`the connection ended: ${JSON.stringify(frames.at(-1))}`));
      };
      watchers.add(watch);
      watch();
    });
  const client: Client = {
    socket,
    frames,
    events,
    upTo: 0,
    closed: closed.promise,
    send: (frame) => socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
    until,
    async frame<F extends ServerFrame>(is: (frame: ServerFrame) => frame is F) {
      await until(() => frames.some(is));
      return frames.find(is)!;
    },
    call(name, parameters) {
      const id = next++;
      return new Promise((resolve, reject) => {
        pending.set(id, { resolve, reject });
        socket.send(JSON.stringify({ id, call: name, ...(parameters === undefined ? {} : { with: parameters }) }));
      });
    },
    hello: (as, protocol = PROTOCOL_VERSION) =>
      socket.send(JSON.stringify({ hello: { protocol, version: '0.0.0-test', as } })),
    welcomed: async () => (await client.frame(isWelcome)).welcome,
    async close() {
      socket.close();
      await closed.promise;
    },
  };
  return client;
}

/** A key as a panel makes one. */
export interface PanelKey {
  publicKey: string;
  prove(nonce: string): string;
  sign(challenge: { nonce: string; digest: string }, device: { device: string; person: string }): Signature;
}

export function createPanelKey(): PanelKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  return {
    publicKey: spki,
    prove: (nonce) => signed(privateKey, proofText(nonce)),
    sign: ({ nonce, digest }, { device, person }) => ({
      person,
      device,
      publicKey: spki,
      nonce,
      digest,
      signature: signed(privateKey, signedText({ nonce, digest })),
      at: 0,
    }),
  };
}

function signed(key: KeyObject, text: string): string {
  return sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64');
}
