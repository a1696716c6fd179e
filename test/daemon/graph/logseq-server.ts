import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Model } from '../../e2e/host/model/model.ts';

export interface LogseqServer {
  url: string;
  /** What was asked, with the Authorization header. */
  readonly asked: { authorization: string | undefined; method: string }[];
  close(): Promise<void>;
}

export interface LogseqServerOptions {
  /** As in Logseq's settings; null when none was ever set, which lets everybody in who sends any. */
  tokens: readonly string[] | null;
  port?: number;
}

/**
 * Logseq's HTTP server, as its code has it (electron/server.cljs): who is let in, how methods are found, texts as text and
 * nothing as an empty body, and a body limit of 1 MiB.
 */
export async function serveLogseq(model: Model, { tokens, port = 0 }: LogseqServerOptions): Promise<LogseqServer> {
  const asked: LogseqServer['asked'] = [];
  const isDb = model.options.kind === 'db';
  const server = createServer((request, response) => {
    const send = (status: number, body: unknown): void => {
      const isText = typeof body === 'string';
      const isNothing = body === null || body === undefined;
      response.writeHead(status, {
        'access-control-allow-origin': '*',
        ...(!isNothing && { 'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8' }),
      });
      response.end(isNothing ? undefined : isText ? body : JSON.stringify(body));
    };
    const answer = async (): Promise<void> => {
      const { authorization } = request.headers;
      const body = await bodyOf(request);
      const { method, args } = JSON.parse(body) as { method: string; args: unknown[] };
      asked.push({ authorization, method });
      // Without the header the check itself fails, whether there are tokens or not.
      const token = authorization?.replace('Bearer ', '');
      if (token === undefined || (tokens && (token === '' || !tokens.includes(token)))) {
        return send(401, { statusCode: 401, error: 'Unauthorized', message: 'Access Denied!' });
      }
      if (body.length > 1024 * 1024) return send(413, { statusCode: 413, error: 'Payload Too Large' });
      try {
        send(200, await model.call(snakeCase(method), args));
      } catch (error) {
        send(isDb ? 500 : 200, { error: (error as Error).message });
      }
    };
    answer().catch((error: unknown) => send(400, { statusCode: 400, error: String(error) }));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${taken}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

const snakeCase = (method: string): string =>
  method
    .split('.')
    .at(-1)!
    .replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
