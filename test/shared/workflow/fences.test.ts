import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseOutline, printOutline } from '../../../shared/outline/index.ts';
import { fencesOf, proseOf, writeFence } from '../../../shared/workflow/fences.ts';
import { LINEAR, toGrow } from '../../fakes/growth.ts';

describe('fences', () => {
  it('are found with language, text and lines', () => {
    expect(fencesOf('Title\n```YAML\na: 1\n```\n~~~ python x\nb\n~~~')).toEqual([
      { language: 'yaml', text: 'a: 1', line: 2, end: 4, indent: 0 },
      { language: 'python', text: 'b', line: 5, end: 7, indent: 0 },
    ]);
  });

  it('lose the indentation that all their lines share, and only that [core.language.indentation]', () => {
    const [indented, flat] = [fencesOf('x\n  ```yaml\n  a:\n    b: 1\n\n  ```'), fencesOf('x\n```yaml\na: 1\n```')];
    expect(indented[0]).toMatchObject({ text: 'a:\n  b: 1\n', indent: 2 });
    expect(flat[0]).toMatchObject({ text: 'a: 1', indent: 0 });
    // The opening line kept its indentation, the others lost theirs.
    expect(fencesOf('x\n  ```yaml\na: 1\n```')[0]).toMatchObject({ text: 'a: 1', indent: 0 });
  });

  it('end where a mark as long closes them, or with the block', () => {
    expect(fencesOf('````\n```\n````\nafter')).toMatchObject([{ text: '```', end: 3 }]);
    expect(fencesOf('```js\na')).toMatchObject([{ language: 'js', text: 'a', end: 2 }]);
    expect(fencesOf('```inline``` code')).toEqual([]);
  });

  it('are written so that any text reads back the same', () => {
    const line = fc
      .oneof(fc.string(), fc.constantFrom('```', '````', '~~~', '  ', '- a'))
      .map((text) => text.replaceAll('\n', ''));
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const text = lines.join('\n');
        expect(fencesOf(writeFence('js', text)).map((fence) => fence.text)).toEqual([text]);
      }),
    );
  });

  it('are one piece of one block on a page, whatever is in them', () => {
    const line = fc.constantFrom(
      '```',
      '~~~',
      '`````',
      '~~~~',
      '- a',
      '# h',
      '\t- b',
      '',
      'text',
      '<div>',
      ':LOGBOOK:',
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const content = `x\n${writeFence('js', lines.join('\n'))}`;
        const blocks = [{ content, children: [] }];
        const read = parseOutline(printOutline({ preamble: '', blocks, lineEnd: '\n', indentUnit: '\t' }));
        expect(read.blocks.map((block) => block.content)).toEqual([content]);
      }),
    );
  });

  it('leave the other lines as prose', () => {
    const content = 'a\n```\nb\n```\nc\n~~~\nd';
    expect([...proseOf(content, fencesOf(content))]).toEqual([
      { line: 0, text: 'a' },
      { line: 4, text: 'c' },
    ]);
  });

  it('cost time in proportion to the text, however hostile', () => {
    const prose = (size: number) => {
      const content = `${'```'.concat('a'.repeat(size * 5))}\`\n${'```x\n'.repeat(size)}`;
      return [...proseOf(content, fencesOf(content))];
    };
    expect(prose(100_000).length).toBeGreaterThan(0);
    expect(toGrow(12_500, prose)).toBeLessThan(LINEAR);
  });
});
