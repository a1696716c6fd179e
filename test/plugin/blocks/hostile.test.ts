import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawNode, drawStranger } from '../../../plugin/blocks/draw.ts';
import { clip, escape, markup } from '../../../plugin/blocks/html.ts';
import { ROLES } from '../../../shared/workflow/definition.ts';
import type { NewEvent } from '../../../shared/run/event.ts';
import { completed, decided, failed, node, sceneOf, started } from './scenes.ts';

const HOSTILE: readonly (readonly [string, string])[] = [
  ['script', '<script>alert(1)</script>'],
  ['image', '"><img src=x onerror=alert(1)>'],
  ['form', '<form action="https://evil.example"><input name=x></form>'],
  ['link', '<a href="javascript:alert(1)">click</a>'],
  ['end of an attribute', `' " onfocus='x' data-on-click="steal`],
  ['end of the frame', '</span></span></details><h1>mine</h1>'],
  ['style', '<style>*{display:none}</style>'],
  ['svg', '<svg onload=alert(1)><use href="data:image/svg+xml;base64,x"/></svg>'],
  ['comment', '<!-- --><!--><b>x</b>-->'],
  ['entity', '&lt;img src=x onerror=alert(1)&gt; &#x3c;b&#x3e;'],
  ['macro', '}} {{renderer :stagebook, workflow}} {{{'],
  ['markdown', '[x](javascript:alert(1)) ![](https://evil.example/x.png) **b** ((uuid)) [[page]] #tag'],
  ['template', '${alert(1)} `x`'],
  ['right to left', 'abc \u202Egnp.exe \u2066\u2069 \u200F עברית'],
  ['control', 'a\u0000b\u0007c\u001b[31mred\u009b'],
  ['emoji', '👩‍👩‍👧‍👦🏳️‍🌈'.repeat(50)],
  ['half a pair', '\ud83d'.repeat(90)],
  ['lines', 'one\ntwo\r\nthree\u2028four'],
  ['a megabyte', 'x<y>"'.repeat(200_000)],
];

const TAGS = new Set([
  'span',
  'button',
  'svg',
  'path',
  'circle',
  'rect',
  'i',
  'bdi',
  'details',
  'summary',
  'input',
  'select',
  'option',
]);
const ATTRIBUTES =
  /^(?:id|class|role|title|type|value|style|open|checked|selected|placeholder|autocomplete|spellcheck|focusable|viewBox|cx|cy|r|rx|x|y|width|height|d|fill|stroke|opacity|stroke-(?:width|linecap|linejoin|dasharray)|aria-(?:label|hidden)|data-(?:s|u|a|n|t)|data-on-(?:click|input|change|focusin|focusout))$/;
const FUNCTIONS = /^stagebook[A-Z][a-z]+$/;

/** Reads HTML as strictly as we write it; throws for anything that we never write. */
function inspect(html: string): void {
  const open: string[] = [];
  const tag = /<(\/?)([a-z]+)((?:\s+[a-zA-Z-]+(?:="[^"<>]*")?)*)\s*(\/?)>/y;
  const must = (holds: boolean, what: string) => {
    if (!holds) throw new Error(`${what} in ${html.slice(0, 500)}`);
  };
  for (let at = 0; at < html.length;) {
    const next = html.indexOf('<', at);
    const text = html.slice(at, next < 0 ? html.length : next);
    must(!/[>"'`{}\u0000-\u0008\u202a-\u202e\u2066-\u2069]/.test(text), `the text ${text}`);
    if (next < 0) break;
    tag.lastIndex = next;
    const found = tag.exec(html);
    must(found !== null, `no tag of ours at ${html.slice(next, next + 80)}`);
    const [whole, closes, name, attributes, selfCloses] = found!;
    must(TAGS.has(name ?? ''), `a ${name}`);
    if (closes) must(open.pop() === name, `the end of a ${name}`);
    else if (!selfCloses && name !== 'input') open.push(name!);
    for (const [, attribute, value] of attributes!.matchAll(/([a-zA-Z-]+)(?:="([^"]*)")?/g)) {
      must(ATTRIBUTES.test(attribute!), `the attribute ${attribute}`);
      if (attribute!.startsWith('data-on-')) must(FUNCTIONS.test(value!), `the function ${value}`);
      if (attribute === 'style') must(/^--(?:[ph]:\d+%|sb-wide:\d+px)$/.test(value!), `the style ${value}`);
    }
    at = next + whole.length;
  }
  must(open.length === 0, `an open ${open.at(-1)}`);
}

describe('a hostile string', () => {
  it.each(HOSTILE)('is shown as text wherever it comes from: %s [ui.blocks.escape]', (_name, text) => {
    const key = 'it';
    const ends: NewEvent[][] = [
      [],
      [completed(key, text)],
      [completed(key, { [text.slice(0, 100)]: text })],
      [failed(key, text)],
      [{ type: 'ask.opened', node: key, payload: { question: text, options: [text], from: 'person' } }],
      [decided(key, 'case', text), decided(key, 'child', text), decided(key, 'list', [text])],
      [
        {
          type: 'gate.opened',
          node: key,
          payload: {
            title: text,
            digest: text,
            checks: [],
            signOffs: [{ id: 'x', title: text, people: 1, notStarter: false }],
          },
        },
        { type: 'gate.closed', node: key, payload: { passed: false, why: text } },
      ],
    ];
    for (const role of ROLES.filter((one) => one !== 'workflow')) {
      const persona = { id: text, title: text, tools: 1 };
      const own = node(role, key, { title: text, persona, skippable: true });
      const inputs = { plain: { title: text, default: text }, choice: { enum: [text, 'b'] } };
      for (const end of ends) {
        const scene = sceneOf([own], {
          events: [started(key, role), ...end],
          output: { [key]: text },
          peeks: [key],
          fenced: [key],
          typed: { plain: text },
          settings: { it: { name: text, page: text, after: text, ttl: text, every: text, for: text } },
          reading: {
            title: text,
            inputs,
            problems: [
              { code: 'a.b', severity: 'error', message: text, place: { line: 1, column: 1, block: '0' }, uuid: key },
            ],
          },
        });
        for (const one of scene.reading.nodes) {
          const drawing = drawNode(scene, one, undefined)!;
          const frame = drawing.frame({ holder: 'live-x', first: 'y', open: true });
          inspect(drawing.live);
          inspect(frame);
          expect(frame.length).toBeLessThan(20_000);
        }
      }
    }
    const strange = drawStranger({
      uuid: 'u',
      role: text,
      fenced: true,
      untitled: true,
      notice: text,
      problem: { severity: 'error', message: text },
    });
    inspect(strange.live);
    inspect(strange.frame({ holder: 'h', first: 'f', open: false }));
  });

  it('is escaped by the template itself, and reads back the same [ui.blocks.escape]', () => {
    const unescape = (html: string) =>
      html.replace(/&(?:amp|lt|gt|quot|#\d+);/g, (entity) => {
        const names: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' };
        return names[entity] ?? String.fromCodePoint(Number(entity.slice(2, -1)));
      });
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        const { html } = markup`<b title="${text}">${text}${[text, 1, undefined, false]}</b>`;
        expect(html.match(/[<>]/g)).toHaveLength(4);
        expect(unescape(escape(text))).toBe(text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, ' '));
      }),
    );
  });

  it('is cut to one line of bounded length without a broken pair [ui.blocks.escape]', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 120 }), fc.integer({ min: 2, max: 60 }), (text, most) => {
        const cut = clip(text, most);
        expect(cut.length).toBeLessThanOrEqual(most + 1);
        expect(cut).not.toMatch(/[\n\r\u2028\u202e]/);
        if (text.isWellFormed()) expect(cut.isWellFormed()).toBe(true);
      }),
    );
  });
});
