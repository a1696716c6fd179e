import { expect, it } from 'vitest';
import { STYLE, styleById } from '../../../plugin/blocks/style.ts';

/** Selector lists of all rules, those within `@media` and the like too. */
const selectors = [...STYLE.replace(/\/\*[^]*?\*\//g, '').matchAll(/([^{}]+)\{/g)].map(([, list]) => list!.trim());

/** The selectors of a list, split where no bracket is open. */
function parts(list: string): string[] {
  let depth = 0;
  const found = [''];
  for (const letter of list) {
    if (letter === '(') depth += 1;
    if (letter === ')') depth -= 1;
    if (letter === ',' && depth === 0) found.push('');
    else found[found.length - 1] += letter;
  }
  return found;
}

it('keeps what a browser without :has() knows apart from what it does not, which would take it along [ui.blocks.without-has]', () => {
  const mixed = selectors.filter((list) => {
    const has = parts(list).map((one) => one.includes(':has('));
    return has.includes(true) && has.includes(false);
  });
  expect(mixed).toEqual([]);
  expect(selectors.some((list) => list.includes(':has('))).toBe(true);
});

it('says by id there what it says by :has() elsewhere, of these blocks and not of those under them [ui.blocks.without-has]', () => {
  const style = styleById({ all: ['a-1', 'b"]{}'], folded: ['a-1'], open: [], lined: [] });
  expect(style).toContain(
    ':is([blockid="a-1"] > :not(.block-children):not(.block-children-container)) .lsp-hook-ui-slot',
  );
  expect(style).toContain('.cp__fenced-code-block');
  expect(style).not.toContain('padding-bottom:24px');
  expect(style).not.toContain('.sb-q');
  // What folds the settings again stays in view while they are unfolded.
  expect(styleById({ all: ['a'], folded: [], open: ['a'], lined: [] })).toContain('.sb-q{opacity:1;margin-left:8px}');
  expect(style).not.toContain('b"]');
  expect(styleById({ all: [], folded: [], open: [], lined: [] })).toBe('/* by id */\n');
});
