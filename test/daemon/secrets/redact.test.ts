import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../../daemon/secrets/redact.ts';
import { LINEAR, toGrow } from '../../fakes/growth.ts';

/** Values as tokens are, and as nobody should choose them. */
const secrets = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9_-]{16,40}$/),
  fc.stringMatching(/^[ -~]{8,40}$/),
  fc.string({ unit: 'grapheme', minLength: 8, maxLength: 20 }).filter((text) => text.isWellFormed()),
);

/** Texts that cannot be a part of a secret by themselves: whatever is found after hiding came from the secret. */
const around = fc.stringMatching(/^[ .:;,!?]{0,12}$/);

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const ENCODINGS: Readonly<Record<string, (secret: string) => string>> = {
  plain: (secret) => secret,
  JSON: (secret) => JSON.stringify(secret).slice(1, -1),
  'JSON in JSON': (secret) => JSON.stringify(JSON.stringify(secret)).slice(3, -3),
  'JSON in ASCII': (secret) =>
    JSON.stringify(secret)
      .slice(1, -1)
      .replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  URL: encodeURIComponent,
  'strict URL': (secret) =>
    encodeURIComponent(secret).replace(/[!'()*~_.-]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`),
  form: (secret) => new URLSearchParams({ '': secret }).toString().slice(1),
  HTML: (secret) =>
    secret.replace(/[&<>"']/g, (mark) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[mark] ?? '&#39;'),
  'HTML by numbers': (secret) =>
    [...secret].map((unit) => (/\w/.test(unit) ? unit : `&#x${unit.codePointAt(0)!.toString(16)};`)).join(''),
  hexadecimal: (secret) => Buffer.from(secret).toString('hex'),
  'a hexadecimal dump': (secret) =>
    Buffer.from(secret)
      .toString('hex')
      .toUpperCase()
      .replace(/..(?=.)/g, '$& '),
  'escaped bytes': (secret) =>
    Buffer.from(secret)
      .toString('hex')
      .replace(/..(?=.)/g, '$&\\x'),
  'URL in small letters': (secret) => encodeURIComponent(secret).replace(/%../g, (code) => code.toLowerCase()),
};

function redactorOf(secret: string): ReturnType<typeof createRedactor> {
  const redactor = createRedactor();
  redactor.add(secret, 'TOKEN');
  return redactor;
}

describe('a secret is hidden', () => {
  it.each(Object.entries(ENCODINGS))('as %s, wherever it stands [core.journal.redaction]', (_name, encode) => {
    fc.assert(
      fc.property(secrets, around, around, (secret, before, after) => {
        const hidden = redactorOf(secret).redact(`${before}x${encode(secret)}x${after}`);
        expect(hidden).toBe(`${before}x‹secret TOKEN›x${after}`);
      }),
    );
  });

  it.each([0, 1, 2])('in base64, %i bytes behind a group of three [core.journal.redaction]', (offset) => {
    fc.assert(
      fc.property(secrets, fc.constantFrom('base64', 'base64url'), (secret, alphabet) => {
        const text = Buffer.from(`${'.'.repeat(offset)}${secret}....`).toString(alphabet);
        const hidden = redactorOf(secret).redact(`basic ${text}`);
        expect(hidden).toContain('‹secret TOKEN›');
        // At each end a character that also holds bits of the neighbour may be left: fewer than one byte of the secret.
        expect(hidden.replace('‹secret TOKEN›', '').replace('basic ', '').length).toBeLessThanOrEqual(3 + 9);
      }),
    );
  });

  it('in base64 that was broken into lines', () => {
    const secret = 'npm_0123456789abcdefghijklmnopqrstuvwxyzABCD';
    const text = base64(`user:${secret}`).replace(/.{20}/g, '$&\n');
    expect(redactorOf(secret).redact(text)).not.toMatch(/[A-Za-z0-9+/]{12}/);
    expect(redactorOf(secret).redact(JSON.stringify(text))).not.toMatch(/[A-Za-z0-9+/]{12}/);
    const indented = text.replaceAll('\n', '\n    ');
    expect(redactorOf(secret).redact(indented)).not.toMatch(/[A-Za-z0-9+/]{12}/);
    expect(redactorOf(secret).redact(JSON.stringify(indented))).not.toMatch(/[A-Za-z0-9+/]{12}/);
  });

  it('with each of its long lines, when it has several', () => {
    const key = '-----BEGIN KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49\nAwEHBG0wawIBAQQgshort\nok\n-----END KEY-----\n';
    const redactor = redactorOf(key);
    expect(redactor.redact('found MIGHAgEAMBMGByqGSM49AgEGCCqGSM49 here, ok')).toBe('found ‹secret TOKEN› here, ok');
    expect(redactor.redact(`a ${key} b`)).toBe('a ‹secret TOKEN› b');
  });

  it('in names and values of any JSON, however deep, and nothing else is changed', () => {
    const secret = 'top-secret-token';
    const value = { [secret]: [{ deep: `Bearer ${secret}` }, 1, true, null], other: 'stays' };
    expect(redactorOf(secret).redact(value)).toEqual({
      '‹secret TOKEN›': [{ deep: 'Bearer ‹secret TOKEN›' }, 1, true, null],
      other: 'stays',
    });
    const same = { nothing: 'here' };
    expect(createRedactor().redact(same)).toBe(same);
  });

  it('by the name of the longest, where one contains another', () => {
    const redactor = createRedactor();
    redactor.add('abcdef', 'SHORT');
    redactor.add('abcdefghij', 'LONG');
    expect(redactor.redact('x abcdefghij abcdef x')).toBe('x ‹secret LONG› ‹secret SHORT› x');
  });

  it('by its own name, with the parts of several kept apart', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-m]{8,20}$/), fc.stringMatching(/^[n-z]{8,20}$/), (one, two) => {
        const redactor = createRedactor();
        redactor.add(one, 'ONE');
        redactor.add(two, 'TWO');
        expect(redactor.redact(`${two} ${one}`)).toBe('‹secret TWO› ‹secret ONE›');
      }),
    );
  });
});

describe('a secret that was cut in two', () => {
  it.each(Object.entries({ ...ENCODINGS, base64 }))(
    'is hidden on both sides of the cut (%s) [core.journal.redaction]',
    (name, encode) => {
      // Forms that only a whole text shows are not found in halves.
      if (/in ASCII|in JSON|strict|form|small|HTML|dump|bytes/.test(name)) encode = encodeURIComponent;
      fc.assert(
        fc.property(fc.stringMatching(/^[A-Za-z0-9_/+-]{20,40}$/), fc.nat(), (secret, at) => {
          const text = encode(secret);
          const cut = at % text.length;
          const redactor = redactorOf(secret);
          const pieces = [`log: ${text.slice(0, cut)}`, `${text.slice(cut)} :log`].map((piece) =>
            redactor.redactPiece(piece),
          );
          for (const piece of pieces) {
            const left = piece.replace('log: ', '').replace(' :log', '').replace('‹secret TOKEN›', '');
            // The last character of base64 may be shared with what follows.
            expect(left.replace(/=+$/, '').length).toBeLessThan(name === 'base64' ? 7 : 6);
          }
        }),
      );
    },
  );

  it('is hidden in a line that is the middle of it', () => {
    const secret = 'x'.repeat(10) + 'the middle of a long secret' + 'y'.repeat(10);
    expect(redactorOf(secret).redactPiece('the middle of a long secret')).toBe('‹secret TOKEN›');
  });

  it('leaves ordinary lines as they are', () => {
    const redactor = redactorOf('npm_0123456789abcdef');
    for (const line of ['', 'ok', 'npm', 'npm_ was not found', 'added 3 packages from npm_']) {
      expect(redactor.redactPiece(line)).toBe(line);
    }
  });
});

it('hides nothing for a value that is too short to be told from ordinary text', () => {
  const redactor = redactorOf('yes');
  expect(redactor.redact('yes, yes')).toBe('yes, yes');
  redactor.add('', 'EMPTY');
  expect(redactor.redact('yes')).toBe('yes');
  expect(redactor.redactPiece('yes, it is')).toBe('yes, it is');
});

it('takes time in proportion to the text, whatever the text', () => {
  const redactor = redactorOf('"\\"\\ a secret of quotes');
  for (const piece of ['\\', '%25', '"']) {
    expect(toGrow(25_000, (size) => redactor.redact(piece.repeat(size)))).toBeLessThan(LINEAR);
  }
});
