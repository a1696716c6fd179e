import fc from 'fast-check';
import { expect, it } from 'vitest';
import { scanReferences } from '../../../daemon/graph-index/references.ts';

function seenIn(text: string): string[] {
  const seen: string[] = [];
  scanReferences(text, {
    link: (kind, name) => seen.push(`${kind} ${name}`),
    path: (written) => seen.push(`path ${written}`),
    block: (uuid, label) => seen.push(`block ${uuid.slice(-2)}${label === undefined ? '' : ` ${label}`}`),
    query: () => seen.push('query'),
    code: (code) => seen.push(`code ${code}`),
  });
  return seen;
}

const UUID = '65a1f0c2-0d9e-4f57-8b27-6d1f4c3e2a10';

it.each<[text: string, seen: string[]]>([
  ['[[a]] and [[b c]]', ['link a', 'link b c']],
  ['[[a [[b]]]]', ['link a [[b]]', 'link b']],
  ['#tag #[[a b]] #タグ, (#x) word#no #', ['tag tag', 'tag a b', 'tag タグ', 'tag x']],
  ['## heading #tag.', ['tag tag']],
  [
    '[x]([[a (b)]]) [y](../assets/c (1).png) [z](https://e.org/[[q]])',
    ['link a (b)', 'path ../assets/c (1).png', 'path https://e.org/[[q]]'],
  ],
  [`((${UUID})) [rule](((${UUID}))) {{embed ((${UUID}))}} ((no))`, ['block 10', 'block 10 rule', 'block 10']],
  [
    '{{embed [[a]]}} {{query [[b]]}} {{poem [[c]]}} {{video ../assets/v.mp4}}',
    ['embed a', 'query', 'query', 'path ../assets/v.mp4'],
  ],
  ['`[[a]]` ``b ` [[c]]`` and ` [[d]]', ['code [[a]]', 'code b ` [[c]]', 'link d']],
  ['$[[a]]$ costs $5 for [[b]] and $6', ['link b']],
  ['see <!-- [[a]] --> <code>[[b]]</code> <b>[[c]]</b>', ['link c']],
  ['```\n[[a]]\n```\n[[b]]', ['link b']],
  ['#+BEGIN_SRC\n[[a]]\n#+END_SRC', []],
  ['#+BEGIN_QUOTE\n[[a]]\n#+END_QUOTE', ['link a']],
  ['> [[a]]\n[[b]]', ['link a', 'link b']],
  ['\\[[a]] \\#b', []],
  ['[[]] [[ ]] [[<% today %>]] [[https://e.org]]', []],
  ['[:div "[[a]]" [:b "x"]] [[b]]', ['link b']],
  ['[[never closed\n[[a]]', ['link a']],
])('tells references from what only looks like them: %j [review.checks.references]', (text, seen) => {
  expect(seenIn(text)).toEqual(seen);
});

it('reads any text to its end [review.checks.references]', () => {
  const piece = fc.constantFrom(
    '[[',
    ']]',
    '((',
    '))',
    '`',
    '```',
    '{{',
    '}}',
    '#',
    '$',
    '<',
    '>',
    '\\',
    '](',
    ')',
    '\n',
    ' ',
    'a',
    'é',
    UUID,
  );
  fc.assert(fc.property(fc.array(piece, { maxLength: 200 }), (pieces) => void seenIn(pieces.join(''))));
  // What stands behind is found whatever was opened before it and never closed.
  for (const mark of ['[[', '((', '`', '{{', '$', '<', '](', '[', '#'])
    expect(seenIn(`${mark.repeat(100_000)}\n[[End]]`), mark).toContain('link End');
});
