import { request as ask, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';

/**
 * Passes requests on to another server of this machine as they are, its `Host` too, so that addresses which the other
 * server prints lead back here.
 */
export function forwardTo(port: number): RequestListener {
  return (request: IncomingMessage, response: ServerResponse) => {
    const onward = ask(
      { host: '127.0.0.1', port, method: request.method, path: request.url, headers: request.headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on('error', (error) => {
      if (response.headersSent) return void response.destroy();
      response.writeHead(502, { 'content-type': 'text/plain' });
      response.end(error.message);
    });
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  };
}
