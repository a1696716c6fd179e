import { describe, expect, it } from 'vitest';
import { readSettings } from '../../../shared/workflow/settings.ts';

describe('settings', () => {
  it('are any YAML that is JSON too', () => {
    const text = 'a: 1\nb: { c: [x, "y", 1.5, true, null] }\nd:\n  - e: f\n  - |\n    g\ndate: 2026-01-31\nyes: no\n';
    expect(readSettings(text).settings).toEqual({
      a: 1,
      b: { c: ['x', 'y', 1.5, true, null] },
      d: [{ e: 'f' }, 'g\n'],
      date: '2026-01-31',
      yes: 'no',
    });
    expect(readSettings('').settings).toEqual({});
    expect(readSettings('# only a remark').settings).toEqual({});
  });

  it('know where each is written, and where its text begins [core.language.place]', () => {
    const { places } = readSettings('uses: a.b\nwith: { x: "y z", list: [p, \'q\'] }\nlong: >\n  f\n  g\n');
    expect(places.get('uses')).toEqual({ line: 0, column: 0, text: { line: 0, column: 6 } });
    expect(places.get('with')).toEqual({ line: 1, column: 0 });
    expect(places.get('with.x')).toEqual({ line: 1, column: 8, text: { line: 1, column: 12 } });
    expect(places.get('with.list.1')).toEqual({ line: 1, column: 28, text: { line: 1, column: 29 } });
    // Folded: columns on the page are not columns of the text.
    expect(places.get('long')).toEqual({ line: 2, column: 0 });
  });

  it.each([
    ['a: 1\na: 2', 1, 0, 'unique'],
    ['a: "x', 0, 5, 'quote'],
    ['a: [1', 0, 5, ']'],
    ['a: !thing x', 0, 3, 'tag'],
    ['a: &x [1]\nb: *x', 1, 3, 'write *x out'],
    ['? [a]\n: b', 0, 2, 'keys'],
    ['a: .inf', 0, 3, 'number'],
    ['a: 12345678901234567890', 0, 3, 'as a text'],
    ['a: "\\ud800"', 0, 3, 'half a character'],
    ['__proto__: 1', 0, 0, '__proto__'],
    ['- a', 0, 0, 'name: value'],
    ['just words', 0, 0, 'name: value'],
    ['a: 1\n---\nb: 2', 1, 0, 'document'],
    ['with: { directory: ${{ inputs.x }} }', 0, 20, 'in double quotes'],
    ['\ta: 1', 0, 0, 'ab'],
  ])('refuse %j at its place [core.refuse.yaml]', (text, line, column, word) => {
    const { settings, problem } = readSettings(text);
    expect(settings).toEqual({});
    expect(problem).toMatchObject({ code: 'settings.yaml', line, column });
    expect(problem?.message).toContain(word);
  });

  it.each([
    [
      'ten million laughs',
      `a: &a [x]\n${Array.from({ length: 9 }, (_, n) => `b${n}: &b${n} [*a, *a]`).join('\n')}`,
      'settings.yaml',
    ],
    ['endless nesting', `a: ${'['.repeat(100_000)}`, 'limit.settings'],
    ['deep nesting', `a: ${'['.repeat(60)}${']'.repeat(60)}`, 'limit.settings'],
    ['nesting in blocks', `${'- '.repeat(50_000)}a`, 'limit.settings'],
    ['too much', `a: "${'x'.repeat(300_000)}"`, 'limit.settings'],
  ])('refuse %s, without running out of stack', (_name, text, code) => {
    expect(readSettings(text).problem).toMatchObject({ code });
  });
});
