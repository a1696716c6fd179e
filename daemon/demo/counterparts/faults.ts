import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

/** What a test can make go wrong at a counterpart. Each applies to the next `times` (1) requests that match. */
export interface Faults {
  /** Performs the request, then cuts the connection instead of answering. */
  loseNextAnswer(method: string, path: RegExp, times?: number): void;
  /** Cuts the connection before anything is performed. */
  cutNext(method: string, path: RegExp, times?: number): void;
  /** Answers this instead of performing. */
  answerNext(method: string, path: RegExp, answer: FaultAnswer, times?: number): void;
  /** Performs after `ms` milliseconds. */
  delayNext(method: string, path: RegExp, ms: number, times?: number): void;
  /** Keeps the request waiting, unperformed, until it is released. */
  holdNext(method: string, path: RegExp): { arrived: Promise<void>; release(): void };
  /** Cuts every connection until `up`. */
  down(): void;
  up(): void;
  /** Forgets all faults that did not come to pass, and the list of requests. */
  clear(): void;
  /** Every request so far, in order, whatever became of it. */
  readonly requests: readonly { method: string; path: string }[];
}

interface FaultAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

type Fault = { method: string; path: RegExp; left: number } & (
  | { kind: 'lose' }
  | { kind: 'cut' }
  | { kind: 'answer'; answer: FaultAnswer }
  | { kind: 'delay'; ms: number }
  | { kind: 'hold'; arrive: () => void; released: Promise<void> }
);

/** Puts a switchboard for faults before a listener. Without faults it changes nothing. */
export function withFaults(listener: RequestListener): { listener: RequestListener; faults: Faults } {
  let pending: Fault[] = [];
  let isDown = false;
  const requests: { method: string; path: string }[] = [];

  const take = (method: string, path: string): Fault | undefined => {
    const fault = pending.find((one) => one.method === method && one.path.test(path));
    if (fault && --fault.left === 0) pending = pending.filter((one) => one !== fault);
    return fault;
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const method = request.method ?? 'GET';
    const path = request.url ?? '/';
    requests.push({ method, path });
    if (isDown) return void request.socket.destroy();
    const fault = take(method, path);
    if (!fault) return listener(request, response);
    switch (fault.kind) {
      case 'cut':
        return void request.socket.destroy();
      case 'answer': {
        // The body is read to its end first: a client that is still sending would see a broken pipe, not the answer.
        request.resume();
        if (!request.complete) await new Promise((resolve) => request.once('end', resolve));
        response.writeHead(fault.answer.status, { 'content-type': 'application/json', ...fault.answer.headers });
        return void response.end(fault.answer.body ?? '{}');
      }
      case 'delay':
        await new Promise((resolve) => setTimeout(resolve, fault.ms));
        break;
      case 'hold':
        fault.arrive();
        await fault.released;
        break;
      case 'lose':
        muteUntilEnd(response);
        break;
    }
    listener(request, response);
  };

  const add = (fault: Fault): void => void pending.push(fault);
  return {
    listener: (request, response) => void handle(request, response),
    faults: {
      requests,
      loseNextAnswer: (method, path, times = 1) => add({ kind: 'lose', method, path, left: times }),
      cutNext: (method, path, times = 1) => add({ kind: 'cut', method, path, left: times }),
      answerNext: (method, path, answer, times = 1) => add({ kind: 'answer', method, path, answer, left: times }),
      delayNext: (method, path, ms, times = 1) => add({ kind: 'delay', method, path, ms, left: times }),
      holdNext(method, path) {
        const arrived = Promise.withResolvers<void>();
        const released = Promise.withResolvers<void>();
        add({ kind: 'hold', method, path, left: 1, arrive: arrived.resolve, released: released.promise });
        return { arrived: arrived.promise, release: released.resolve };
      },
      down: () => void (isDown = true),
      up: () => void (isDown = false),
      clear() {
        pending = [];
        requests.length = 0;
      },
    },
  };
}

/** Lets the listener believe that it answers; the socket is cut at the moment the answer would have been complete. */
function muteUntilEnd(response: ServerResponse): void {
  const cut = () => {
    response.socket?.destroy();
    return response;
  };
  response.writeHead = () => response;
  response.flushHeaders = () => undefined;
  response.write = () => true;
  response.end = cut as ServerResponse['end'];
}
