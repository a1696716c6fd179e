import { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import { ask } from '../http/ask.ts';
import { refusalFailure } from '../http/refusal.ts';
import { defineAction } from './action.ts';

const json = z.json();

const input = z.strictObject({
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']).default('GET'),
  url: z.url({ protocol: /^https?$/ }),
  headers: z.record(z.string(), z.string()).default({}),
  body: json.optional().meta({ description: 'Sent as it is when it is text, as JSON otherwise.' }),
  expected: z
    .array(z.int().min(100).max(599))
    .default([])
    .meta({ description: 'Statuses that count as an answer; 200 to 299 when left out.' }),
  max_bytes: z
    .int()
    .positive()
    .max(64 * 2 ** 20)
    .default(2 ** 20)
    .meta({ description: 'The largest answer that is read.' }),
});
type Input = z.infer<typeof input>;

const MISSING = 'Check the address; where a 404 is an answer to go on with, list it under “expected”.';

const output = z.object({
  status: z.number(),
  headers: z.record(z.string(), z.string()),
  text: z.string(),
  json: json.meta({ description: 'The body where it is JSON, else null.' }),
});

/** Asks one HTTP service one thing. Redirects are not followed: a page names the host it talks to. */
export const httpRequest = defineAction<Input, z.infer<typeof output>>({
  name: 'http.request',
  summary: 'Sends one HTTP request and reads the answer.',
  effect: ({ method }) => (writes(method) ? 'write' : 'read'),
  taints: true,
  input,
  output,
  touches: { hosts: ['url'] },

  async run({ method, url, headers, body, expected, max_bytes }, context) {
    const given = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
    const isText = typeof body === 'string';
    const { host } = new URL(url);
    const answer = await ask(context, host, {
      method,
      url,
      headers: {
        ...(body !== undefined && !isText && !given.has('content-type') ? { 'content-type': 'application/json' } : {}),
        // A service that knows this header performs a repeated request once.
        ...(writes(method) && !given.has('idempotency-key') ? { 'idempotency-key': context.key } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
      maxBytes: max_bytes,
      redirect: 'manual',
    });
    const good = expected.length ? expected.includes(answer.status) : answer.status >= 200 && answer.status < 300;
    if (good) {
      return {
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
        text: answer.text(),
        json: answer.json() ?? null,
      };
    }
    if (answer.status >= 400) {
      throw refusalFailure({
        area: 'http',
        who: host,
        status: answer.status,
        header: (name) => answer.headers.get(name),
        detail: answer.text(),
        now: context.clock.now(),
        ...(answer.status === 404 ? { remedy: MISSING } : {}),
      });
    }
    if (answer.status >= 300) {
      const to = answer.headers.get('location') ?? 'another address';
      throw fail('invalid', 'http.moved', `${url} points to ${to}. Redirects are not followed: write that address.`);
    }
    const wanted = expected.join(', ');
    throw fail('invalid', 'http.unexpected_status', `${host} answered ${answer.status}; expected was ${wanted}.`);
  },
});

/** The settings are asked as they are written, where GET may be left out. */
function writes(method: string | undefined): boolean {
  return !['GET', 'HEAD'].includes(method ?? 'GET');
}
