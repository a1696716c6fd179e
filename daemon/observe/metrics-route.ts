import { createHash, timingSafeEqual } from 'node:crypto';
import { end, type Route } from '../server/http.ts';

/** `/metrics` for whoever has the token (security.md 1): being on this machine proves nothing. */
export function metricsRoute(token: string, text: () => Promise<string>): Route {
  const wanted = digest(token);
  return {
    path: '/metrics',
    async answer({ method, headers }, response) {
      if (method !== 'GET') return end(response, 405);
      const given = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
      if (given === undefined || !timingSafeEqual(digest(given), wanted)) {
        response.setHeader('WWW-Authenticate', 'Bearer');
        return end(response, 401);
      }
      const body = await text();
      response.writeHead(200, {
        'Content-Type': 'text/plain; version=0.0.4; charset=utf-8',
        'Cache-Control': 'no-store',
      });
      response.end(body);
    },
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
