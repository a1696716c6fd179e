import type { EventStore } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';

/** What a client that lost its connection may get again: so many messages, and so many characters of them. */
const MOST = 200;
const MOST_CHARACTERS = 8 * 2 ** 20;

/** The last messages of one session, so that a client that comes back misses none (Last-Event-ID). */
export class StreamMemory implements EventStore {
  readonly #events: { id: string; stream: string; message: JSONRPCMessage; size: number }[] = [];
  #next = 0;
  #size = 0;

  storeEvent(stream: string, message: JSONRPCMessage): Promise<string> {
    const id = `${(this.#next += 1)}`;
    const size = JSON.stringify(message).length;
    this.#events.push({ id, stream, message, size });
    this.#size += size;
    while (this.#events.length > MOST || (this.#size > MOST_CHARACTERS && this.#events.length > 1)) {
      this.#size -= this.#events.shift()!.size;
    }
    return Promise.resolve(id);
  }

  getStreamIdForEventId(id: string): Promise<string | undefined> {
    return Promise.resolve(this.#events.find((event) => event.id === id)?.stream);
  }

  async replayEventsAfter(
    last: string,
    { send }: { send(id: string, message: JSONRPCMessage): Promise<void> },
  ): Promise<string> {
    const at = this.#events.findIndex(({ id }) => id === last);
    const stream = this.#events[at]?.stream;
    if (stream === undefined) throw new Error('That message is not kept any more.');
    // A stream's first event has no message: it only tells where the stream begins.
    const after = this.#events.slice(at + 1).filter((event) => event.stream === stream && 'jsonrpc' in event.message);
    for (const { id, message } of after) await send(id, message);
    return stream;
  }
}
