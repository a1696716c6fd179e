import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Json } from '../../../shared/json.ts';
import { listText, readList } from '../../../shared/workflow/list-text.ts';

it.each<[Json[], string]>([
  [['npm', 'test'], 'npm, test'],
  [[], ''],
  [['sh', '-c', 'a, b'], '["sh","-c","a, b"]'],
  [['[a]'], '["[a]"]'],
  [['a', 1], '["a",1]'],
  [[''], '[""]'],
])('the list %j stands in a field as %s [core.language.inputs]', (list, text) => {
  expect(listText(list)).toBe(text);
});

it('a list is read from its text as it was [core.language.inputs]', () => {
  const item = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('[', '{', '"', ',', ' a', 'true', '1', '#'),
    fc.integer(),
    fc.boolean(),
  );
  fc.assert(
    fc.property(fc.array(item), (list) => {
      expect(readList(listText(list))).toEqual(list);
    }),
  );
});
