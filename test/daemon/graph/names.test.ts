import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkName, decodeName, encodeName, needsTitle, pageKey } from '../../../daemon/graph/names.ts';

const awkward = fc
  .array(fc.constantFrom(...'abc/_%.:*?"<>|#\\ é漢🎉-~\'()[]{}&+,;=!@$^`AZ09'.split(''), '___', '%2F', 'CON', '..'), {
    maxLength: 14,
  })
  .map((parts) => parts.join(''));

describe('names of pages as names of files [core.graph.names]', () => {
  it('come back as they were, and are the same file whatever their capitals and accents', () => {
    fc.assert(
      fc.property(awkward, (name) => {
        const parts = name.trim().normalize('NFC').split('/');
        fc.pre(parts.every((part) => part !== ''));
        expect(decodeName(encodeName(name, 'triple-lowbar'), 'triple-lowbar')).toBe(name.trim().normalize('NFC'));
        expect(needsTitle(name, 'triple-lowbar')).toBe(false);
        expect(pageKey(name.toUpperCase().toLowerCase())).toBe(pageKey(name.toLowerCase()));
      }),
      { numRuns: 2_000 },
    );
  });

  it('never lead anywhere, hide, or mean something to a system', () => {
    fc.assert(
      fc.property(awkward, (name) => {
        for (const format of ['triple-lowbar', 'legacy'] as const) {
          expect(encodeName(name, format)).not.toMatch(/[/\\:*?"<>|#\u0000]/);
        }
        const file = encodeName(name, 'triple-lowbar');
        if (pageKey(name) !== '') expect(file).not.toMatch(/^\.|\.$|^(?:CON|PRN|AUX|NUL|COM\d|LPT\d)$/);
      }),
    );
  });

  it('are refused when they are nothing, too long or no text', () => {
    for (const name of ['', ' / ', '\n', 'a\u0007b', 'ä'.repeat(200)]) {
      expect(() => checkName(name), name).toThrow(expect.objectContaining({ code: 'graph.bad_name' }));
    }
    expect(() => checkName('../../etc/passwd')).not.toThrow();
  });

  it('say in legacy graphs with a title what the file name cannot', () => {
    expect(needsTitle('a/b', 'legacy')).toBe(false);
    expect(needsTitle('a.b', 'legacy')).toBe(true);
    expect(decodeName('a.b%3Fc', 'legacy')).toBe('a/b?c');
    expect(decodeName('100%', 'legacy')).toBe('100%');
  });
});
