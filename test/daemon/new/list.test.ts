import { expect, it } from 'vitest';
import { addEntry, addImport } from '../../../daemon/new/list.ts';

const LIST = `import { one } from './one.ts';
import type { Thing } from './thing.ts';
import { two } from './two.ts';

export const things: readonly Thing[] = [one, two];
`;

it('adds an entry at the end of a list of names, however it is laid out', () => {
  expect(addEntry('= [one, two];', 'export', 'three')).toBe('= [one, two, three];');
  expect(addEntry('= [\n  one,\n  two,\n];', 'export', 'three')).toBe('= [\n  one,\n  two, three\n];');
  expect(addEntry('new Map([one].map((a) => [a.name, a]))', 'export', 'two')).toBe(
    'new Map([one, two].map((a) => [a.name, a]))',
  );
  expect(addEntry('= [\n  one,\n  two(none),\n];', 'export', 'three')).toBe('= [\n  one,\n  two(none), three\n];');
  expect(addEntry("ROLES = ['a', 'b'] as const", 'text', "'c'")).toBe("ROLES = ['a', 'b', 'c'] as const");
});

it('says so when there is no list', () => {
  expect(() => addEntry('export const things = load();', 'export', 'one')).toThrow(/Add it by hand/);
  // Also of a long array that is nearly one.
  const nearly = `[${'name, '.repeat(200)} ...others]`;
  expect(() => addEntry(nearly, 'export', 'one')).toThrow(/Add it by hand/);
});

it.each([
  ['a', 0],
  ['sun', 1],
  ['zoo', 3],
])('puts the import of %s where the alphabet has it', (file, line) => {
  expect(addImport(LIST, 'added', file).split('\n')[line]).toBe(`import { added } from './${file}.ts';`);
});
