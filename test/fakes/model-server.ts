import type { IncomingMessage } from 'node:http';
import { listenOnLoopback } from '../../daemon/demo/counterparts/loopback.ts';
import type { JsonObject } from '../../shared/json.ts';

/** What it answers: a text, a call of a tool, an error by its status, or nothing at all. */
export type Reply =
  { text: string } | { call: [name: string, input: JsonObject] } | { status: number; message: string } | 'silence';

export interface ModelServer {
  url: string;
  /** Each request that has arrived as a whole. */
  asked: { path: string; key: string; body: JsonObject }[];
  close(): Promise<void>;
}

/** A model's endpoint over HTTP, in the forms of OpenAI and of Anthropic. It answers in the order of `replies`. */
export async function startModelServer(replies: Reply[]): Promise<ModelServer> {
  const asked: ModelServer['asked'] = [];
  const server = await listenOnLoopback((request, response) => {
    const serve = async (): Promise<void> => {
      const body = await bodyOf(request);
      const path = request.url ?? '';
      const { authorization, 'x-api-key': key } = request.headers;
      asked.push({ path, key: String(key ?? authorization ?? ''), body });
      const reply = replies.shift() ?? { status: 500, message: 'asked once more than expected' };
      if (reply === 'silence') return;
      const status = 'status' in reply ? reply.status : 200;
      const answer = path.endsWith('/messages') ? inAnthropicForm(reply) : inOpenAiForm(reply);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    };
    serve().catch(() => response.destroy());
  });
  return { url: server.url, asked, close: () => server.close() };
}

function inOpenAiForm(reply: Exclude<Reply, 'silence'>): object {
  if ('status' in reply) return { error: { message: reply.message, type: 'error' } };
  const call = 'call' in reply && {
    tool_calls: [
      { id: 'call-1', type: 'function', function: { name: reply.call[0], arguments: JSON.stringify(reply.call[1]) } },
    ],
  };
  const content = 'text' in reply ? reply.text : null;
  return {
    id: 'c-1',
    object: 'chat.completion',
    created: 0,
    model: 'stand-in',
    choices: [
      { index: 0, message: { role: 'assistant', content, ...call }, finish_reason: call ? 'tool_calls' : 'stop' },
    ],
    usage: { prompt_tokens: 50, completion_tokens: 5, total_tokens: 55 },
  };
}

function inAnthropicForm(reply: Exclude<Reply, 'silence'>): object {
  if ('status' in reply) return { type: 'error', error: { type: 'error', message: reply.message } };
  const part =
    'text' in reply
      ? { type: 'text', text: reply.text }
      : { type: 'tool_use', id: 'call-1', name: reply.call[0], input: reply.call[1] };
  return {
    id: 'm-1',
    type: 'message',
    role: 'assistant',
    model: 'stand-in',
    content: [part],
    stop_reason: 'text' in reply ? 'end_turn' : 'tool_use',
    stop_sequence: null,
    usage: { input_tokens: 50, output_tokens: 5 },
  };
}

async function bodyOf(request: IncomingMessage): Promise<JsonObject> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return JSON.parse(Buffer.concat(parts).toString() || '{}') as JsonObject;
}
