import { describe, expect, it } from 'vitest';
import { fences, firstExample, updateVersion } from '../../../daemon/project/readme.ts';

describe('the first example of a README', () => {
  it('is the first that can be run, with its line', () => {
    const text =
      '# X\n\n```sh\nnpm install x\n```\n\n1. Use it\n\n   ```js title="a"\n   import x from "x";\n     x();\n   ```\n\n```python\nno\n```\n';
    expect(firstExample(text)).toEqual({ language: 'node', code: 'import x from "x";\n  x();\n', line: 10 });
    expect(firstExample('no code')).toBeUndefined();
  });

  it('is of a Python session what a person typed', () => {
    const text = '```pycon\n>>> import x\n>>> for i in x:\n...     print(i)\n...\n1\n>>> x\n2\n```';
    expect(firstExample(text)).toMatchObject({
      language: 'python',
      code: 'import x\nfor i in x:\n    print(i)\n\nx\n',
    });
  });

  it('is closed by a mark as long as its own and by nothing else', () => {
    expect(fences('````md\n```js\nx\n```\n````\n~~~py\n```\n~~~')).toEqual([
      { language: 'md', code: '```js\nx\n```\n', line: 2 },
      { language: 'py', code: '```\n', line: 7 },
    ]);
    expect(fences('```js\nnever closed')).toEqual([]);
  });
});

describe('the version in a README', () => {
  it.each([
    ['![v](https://img.shields.io/badge/version-1.2.3-blue)', '![v](https://img.shields.io/badge/version-1.3.0-blue)'],
    [
      '![v](https://img.shields.io/badge/npm-v1.2.3-blue.svg)',
      '![v](https://img.shields.io/badge/npm-v1.3.0-blue.svg)',
    ],
    ['npm install @demo/x@1.2.3', 'npm install @demo/x@1.3.0'],
    ['npm i @demo/x@^1.2.3 y@1.2.3', 'npm i @demo/x@^1.3.0 y@1.2.3'],
    ['  "@demo/x": "^1.2.3",', '  "@demo/x": "^1.3.0",'],
    ['pip install "@demo/x[all]==1.2.3"', 'pip install "@demo/x[all]==1.3.0"'],
    ['pip install @demo/x>=1.2.3', 'pip install @demo/x>=1.3.0'],
  ])('%s', (before, after) => {
    expect(updateVersion(before, '@demo/x', '1.2.3', '1.3.0')).toEqual({ text: after, count: 1 });
    expect(updateVersion(after, '@demo/x', '1.2.3', '1.3.0').count).toBe(0);
  });

  it.each([
    'Since 1.2.3 it is faster.',
    'npm i @demo/x@1.2.30',
    'npm i @demo/x@1.2.3-rc.1',
    'npm i other@1.2.3',
    '[1.2.3]: https://x.test/1.2.3',
    'other-badge 21.2.3',
  ])('leaves %j alone', (line) => {
    expect(updateVersion(line, '@demo/x', '1.2.3', '1.3.0')).toEqual({ text: line, count: 0 });
  });

  it('knows how a badge writes a pre-release', () => {
    const badge = (version: string) => `https://img.shields.io/badge/version-${version}-blue`;
    expect(updateVersion(badge('1.3.0--rc.1'), 'x', '1.3.0-rc.1', '1.3.0').text).toBe(badge('1.3.0'));
  });
});
