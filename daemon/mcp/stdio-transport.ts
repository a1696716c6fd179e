import { spawn, type ChildProcess } from 'node:child_process';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  isJSONRPCRequest,
  isJSONRPCResultResponse,
  isJSONRPCErrorResponse,
  JSONRPCMessageSchema,
  type JSONRPCMessage,
  type RequestId,
} from '@modelcontextprotocol/sdk/types.js';
import { fail } from '../../shared/failure.ts';
import { cleanEnvironment } from '../process/environment.ts';
import { endGroup } from '../process/group.ts';
import { startOf } from '../process/identity.ts';
import { findProgram } from '../process/program.ts';
import { LARGEST_MESSAGE } from './limits.ts';
import { Lines } from './lines.ts';
import { meantFor, unreadableAnswer } from './unreadable.ts';

/** How a server is started, with everything that it gets to see. */
export interface StdioLaunch {
  command: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  cwd?: string | undefined;
  programs: Readonly<Record<string, string>>;
  /** Every process on record, so that a later life of the daemon can end what a crash left behind. */
  onStart(process: { pid: number; started: string }): void;
  onEnd(process: { pid: number; started: string }): void;
  /** A line that the server writes for people. */
  onLine(line: string): void;
}

/** How long a server may take to end by itself when its input is closed and it is asked to, in milliseconds. */
const GRACE_MS = 2_000;

/**
 * The SDK's transport over a child's input and output, in a process group of its own with a clean environment: nothing of
 * the server outlives `close`, and no answer, however long or broken, does more than end the call that it belongs to.
 */
export class StdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly #launch: StdioLaunch;
  readonly #waiting = new Set<RequestId>();
  #child: ChildProcess | undefined;
  #ended: Promise<void> = Promise.resolve();
  #started: { pid: number; started: string } | undefined;
  #closed = false;
  #delivered = Promise.resolve();

  constructor(launch: StdioLaunch) {
    this.#launch = launch;
  }

  async start(): Promise<void> {
    const { command, args, env, cwd, programs } = this.#launch;
    const environment = cleanEnvironment(env);
    const [file, ...first] = await findProgram(command, environment, programs, cwd ?? process.cwd());
    const child = spawn(file, [...first, ...args], {
      cwd,
      env: environment,
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    this.#child = child;
    this.#ended = new Promise((resolve) => child.once('close', () => resolve()));
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (error) =>
        reject(fail('invalid', 'mcp.not_started', `“${command}” could not be started: ${error.message}.`)),
      );
    });
    const pid = child.pid!;
    this.#started = { pid, started: (await startOf(pid)) ?? '' };
    this.#launch.onStart(this.#started);
    child.stdin.on('error', () => undefined);
    const lines = new Lines(
      LARGEST_MESSAGE,
      (line) => this.#read(line),
      ({ head, tail, bytes }) =>
        this.#unreadable(`${head}\n${tail}`, `it has ${Math.ceil(bytes / 2 ** 20)} MiB, more than is read here`),
    );
    child.stdout.on('data', (chunk: Buffer) => lines.push(chunk));
    const said = new Lines(
      16_384,
      (line) => this.#launch.onLine(line),
      ({ head }) => this.#launch.onLine(`${head} …`),
    );
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
    child.once('exit', () => void this.close());
    if (child.exitCode !== null || child.signalCode !== null) void this.close();
  }

  send(message: JSONRPCMessage): Promise<void> {
    const stdin = this.#child?.stdin;
    if (!stdin?.writable) return Promise.reject(new Error('The server has ended.'));
    if (isJSONRPCRequest(message)) this.#waiting.add(message.id);
    return new Promise((resolve, reject) => {
      stdin.write(`${JSON.stringify(message)}\n`, (error) => (error ? reject(error) : resolve()));
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return this.#ended;
    this.#closed = true;
    this.#child?.stdin?.end();
    if (this.#started) {
      await endGroup(this.#started.pid, GRACE_MS);
      this.#launch.onEnd(this.#started);
      // A grandchild outside of the group may hold the pipes; what it would still say is of no interest.
      this.#child?.stdout?.destroy();
      this.#child?.stderr?.destroy();
    }
    this.onclose?.();
  }

  #read(line: string): void {
    if (line.trim() === '') return;
    let message: JSONRPCMessage;
    try {
      message = JSONRPCMessageSchema.parse(JSON.parse(line));
    } catch {
      // Some servers greet where only messages belong. What does not even claim to be one answers nobody.
      if (!line.includes('jsonrpc')) return this.#launch.onLine(line);
      return this.#unreadable(line, 'it is no JSON-RPC message');
    }
    if ((isJSONRPCResultResponse(message) || isJSONRPCErrorResponse(message)) && message.id !== undefined) {
      this.#waiting.delete(message.id);
    }
    this.#deliver(message);
  }

  /** One after the other: what came before an answer, as news of progress, is heard before it. */
  #deliver(message: JSONRPCMessage): void {
    this.#delivered = this.#delivered.then(() => this.onmessage?.(message));
  }

  #unreadable(text: string, why: string): void {
    for (const id of meantFor(text, this.#waiting)) {
      this.#waiting.delete(id);
      this.#deliver(unreadableAnswer(id, why));
    }
    this.onerror?.(new Error(`A message of the server cannot be read: ${why}.`));
  }
}
