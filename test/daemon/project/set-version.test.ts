import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { setVersion } from '../../../daemon/project/set-version.ts';

describe('setting a version in a file', () => {
  it('changes the value and no other byte of a package.json, however it is written [core.action.version]', () => {
    const indent = fc.constantFrom(undefined, 2, 4, '\t');
    const around = fc.dictionary(
      fc.constantFrom('a', 'scripts', 'dependencies', 'nested', '"', 'é'),
      fc.oneof(
        fc.string(),
        fc.constant({ version: '1.0.0' }),
        fc.constant(['"version": "1.0.0"']),
        fc.constant('"version": "1.0.0"'),
      ),
    );
    fc.assert(
      fc.property(
        around,
        around,
        indent,
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        (before, after, space, end, mark) => {
          const content = { ...before, version: '1.0.0', ...after };
          const text = (mark ? '\uFEFF' : '') + JSON.stringify(content, null, space).replaceAll('\n', end) + end;
          const edited = setVersion('/x/package.json', text, ['version'], '1.0.0', '1.1.0-rc.1');
          expect(JSON.parse(edited.replace('\uFEFF', ''))).toEqual({ ...content, version: '1.1.0-rc.1' });
          expect(edited.length).toBe(text.length + '-rc.1'.length);
          const at = Array.from({ length: text.length }, (_, index) => index).find(
            (index) => edited[index] !== text[index],
          );
          expect(edited.slice(0, at)).toBe(text.slice(0, at));
        },
      ),
    );
  });

  it('leaves comments, strings and other tables of a pyproject.toml alone', () => {
    const text = [
      '# version = "1.0.0"',
      '[tool.other]',
      'version = "1.0.0"',
      'text = """',
      '[project]',
      'version = "1.0.0"',
      '"""',
      '[project]   # the package',
      'name = "x"',
      "version='1.0.0' # here",
      'dependencies = ["version==1.0.0"]',
      '',
    ];
    const edited = setVersion('/x/pyproject.toml', text.join('\r\n'), ['project', 'version'], '1.0.0', '1.1.0');
    expect(edited).toBe(text.with(9, "version='1.1.0' # here").join('\r\n'));
  });

  it('does it again without doing anything, and says where it cannot', () => {
    const text = '{"version":"2.0.0"}';
    expect(setVersion('/x/package.json', text, ['version'], '1.0.0', '2.0.0')).toBe(text);
    const odd = '{"versio\\u006e":"1.0.0"}';
    expect(() => setVersion('/x/package.json', odd, ['version'], '1.0.0', '2.0.0')).toThrow(/cannot be changed/);
  });
});
