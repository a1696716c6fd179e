import { describe, expect, it } from 'vitest';
import { connectionFailure } from '../../../daemon/http/ask.ts';
import { refusalFailure } from '../../../daemon/http/refusal.ts';

const refused = (status: number, detail: string, headers: Record<string, string> = {}) =>
  refusalFailure({ area: 'npm', who: 'The npm registry', status, detail, header: (name) => headers[name], now: 0 });

describe('a refusal', () => {
  it.each([
    ['{"error":"no such user"}', 'no such user'],
    ['{"message":"Slow down","documentation_url":"https://x"}', 'Slow down'],
    ['<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>', '502 Bad Gateway'],
    ['<html>\n<body><style>b{}</style><h1>Down</h1>\n for repair</body></html>', 'Down for repair'],
    ['{"a": <broken>', '{"a": <broken>'],
    ['<3 all of you', '<3 all of you'],
  ])('tells %j in words, never as markup [core.action.http]', (detail, words) => {
    expect(refused(502, detail).message).toBe(
      `The npm registry answered 502: ${words}. Wait a while, then go on where it stopped.`,
    );
  });

  it('says for how long a service in trouble wants to be left alone; what is left of a limit is no such word [core.action.http]', () => {
    const data = { retry_at: '1970-01-01T00:00:07.000Z', retry_after_ms: 7000 };
    expect(refused(503, '', { 'retry-after': '7' }).failure).toMatchObject({ retryable: true, unanswered: true, data });
    expect(refused(500, '', { 'x-ratelimit-reset': '9999' }).failure.data).toBeUndefined();
  });
});

describe('a connection', () => {
  it.each(['DEPTH_ZERO_SELF_SIGNED_CERT', 'ERR_TLS_CERT_ALTNAME_INVALID', 'ERR_SSL_WRONG_VERSION_NUMBER'])(
    'to somebody who cannot prove to be it (%s) is none: nothing was sent, and nothing is tried again [core.action.http]',
    (code) => {
      const error = new TypeError('fetch failed', { cause: Object.assign(new Error('no'), { code }) });
      const { failure } = connectionFailure('the npm registry', 'https://registry.example/', error);
      expect(failure).toMatchObject({ code: 'network.untrusted', retryable: false, unanswered: false });
      expect(failure.message).toMatch(/registry\.example .*NODE_EXTRA_CA_CERTS/);
    },
  );

  it('that broke is told with the address once and with the last of its causes [core.action.http]', () => {
    const error = new TypeError('fetch failed', { cause: new Error('bad port') });
    expect(connectionFailure('127.0.0.1:9', 'http://127.0.0.1:9/stock', error).failure.message).toMatch(
      /^The connection to 127\.0\.0\.1:9 broke before it answered \(bad port\)\./,
    );
    expect(connectionFailure('GitHub', 'http://127.0.0.1:9/stock', error).failure.message).toContain(
      'to GitHub at 127.0.0.1:9 broke',
    );
  });
});
