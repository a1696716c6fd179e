import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEdn } from '../../../daemon/graph/edn.ts';

/** The constructs of the configuration that Logseq writes for a new graph. */
const CONFIG = `;; comment
{:meta/version 1
 ;; :pages-directory "not this"
 :preferred-format "Markdown" ; or :org
 :hidden ["/archived" "/test.md"]
 :default-templates
 {:journals ""}
 :file/name-format :triple-lowbar
 :ref/linkable-properties #{:a :b}
 #_:ignored #_{:x 1}
 :shortcuts {:editor/new-block "mod+\\"x\\"\\n"}
 :query/views
 {:pprint
  (fn [r] [:pre.code (pprint r)])}
 :query/result-transforms
 {:sort-by-priority
  (fn [result] (sort-by (fn [h] (get h :block/priority "Z")) result))}
 :ratio -1.5
 :none nil, :yes true
 :when #inst "2026-11-21"
 :quoted '(1 2)
}`;

describe('EDN', () => {
  it('is read as Logseq writes it in its configuration', () => {
    const config = readEdn(`\uFEFF${CONFIG}`) as Map<unknown, unknown>;
    expect(config.get(':file/name-format')).toBe(':triple-lowbar');
    expect(config.has(':pages-directory')).toBe(false);
    expect(config.has(':ignored')).toBe(false);
    expect(config.get(':hidden')).toEqual(['/archived', '/test.md']);
    expect(config.get(':ref/linkable-properties')).toEqual([':a', ':b']);
    expect((config.get(':shortcuts') as Map<unknown, unknown>).get(':editor/new-block')).toBe('mod+"x"\n');
    expect(config.get(':ratio')).toBe(-1.5);
    expect(config.get(':none')).toBeNull();
    expect(config.get(':when')).toBe('2026-11-21');
    expect(config.get(':quoted')).toEqual([1, 2]);
  });

  it('is refused with the place where it ends being EDN', () => {
    for (const text of ['', '{', '{:a}', '"open', '['.repeat(100_000)]) expect(() => readEdn(text)).toThrow(/./);
    expect(() => readEdn('{:a "x')).toThrow(/character 5/);
  });

  it('never hangs or overflows, whatever the text', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '(',
      ')',
      '#{',
      '#_',
      '"',
      ';',
      '\n',
      ':a',
      '1',
      '\\',
      "'",
      '^',
      '#x',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
        try {
          readEdn(parts.join(' '));
        } catch (error) {
          expect(error).not.toBeInstanceOf(RangeError);
        }
      }),
    );
    expect(() => readEdn("'".repeat(200_000))).toThrow(/deep|empty/);
    expect(() => readEdn('#_'.repeat(200_000))).toThrow(/deep|empty/);
  });
});
