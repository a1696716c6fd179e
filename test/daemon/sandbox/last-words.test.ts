import { describe, expect, it } from 'vitest';
import { lastWords } from '../../../daemon/sandbox/last-words.ts';

describe('the last words of a program', () => {
  it.each([
    [
      'Python',
      'Traceback (most recent call last):\n  File "x", line 1\nModuleNotFoundError: No module named \'thing\'\n',
      "ModuleNotFoundError: No module named 'thing'",
    ],
    [
      'Node',
      "node:internal/modules:1\n\nError [ERR_MODULE_NOT_FOUND]: Cannot find package 'thing'\n    at x (y.js:1:2) {\n  code: 'X'\n}\n\nNode.js v24.1.0\n",
      "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'thing'",
    ],
    ['any program', 'one\ntwo\n\n', 'two'],
    ['a silent one', '', 'It ended with exit code 3 and said nothing.'],
  ])('are the line in which %s says why [core.sandbox.run]', (_, stderr, said) => {
    expect(lastWords({ exitCode: 3, stdout: '', stderr })).toBe(said);
  });
});
