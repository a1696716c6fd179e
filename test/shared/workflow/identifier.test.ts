import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { idOf, isId } from '../../../shared/workflow/identifier.ts';

describe('the id of a title', () => {
  it.each([
    ['Bump the version', 'bump_the_version'],
    ['  Coverage is at least 80 %', 'coverage_is_at_least_80'],
    ['Über-prüfung façade', 'uber_prufung_facade'],
    ['ﬁle №5', 'file_no5'],
    ['**Bold** and `code`', 'bold_and_code'],
    ['[[Release page]] of [npm](https://npmjs.com/x)', 'release_page_of_npm'],
    ['Ask {{renderer :other, thing}} again', 'ask_again'],
    ['2 suites', '2_suites'],
    ['完了', ''],
    ['✅', ''],
    ['', ''],
  ])('%j is %j [core.language.ids]', (title, id) => {
    expect(idOf(title)).toBe(id);
  });

  it('is an id or nothing that could be one, whatever the title [core.language.ids]', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (title) => {
        expect(idOf(title)).toMatch(/^(?:[a-z0-9]+(?:_[a-z0-9]+)*)?$/);
        expect(idOf(idOf(title))).toBe(idOf(title));
      }),
    );
  });
});

describe('isId', () => {
  it.each(['a', 'run_1', 'package', 'for'])('takes %s', (id) => {
    expect(isId(id)).toBe(true);
  });

  it.each(['', '1a', '_a', 'A', 'a-b', 'a b', 'é', '__proto__'])('refuses %j', (id) => {
    expect(isId(id)).toBe(false);
  });

  it.each(['inputs', 'steps', 'output', 'memory', 'run', 'alert', 'true', 'false', 'null', 'in', 'constructor'])(
    'refuses the reserved word %s [core.language.ids]',
    (id) => {
      expect(isId(id)).toBe(false);
    },
  );
});
