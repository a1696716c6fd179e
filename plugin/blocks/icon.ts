import { markup, trusted, type Html } from './html.ts';
import { TONES, type Tone } from '../../shared/run/tone.ts';

/** Circles are work, squares are requirements. The shape says the state; colour only repeats it (look.md). */
export type Shape = 'circle' | 'square';

const CHECK = 'm6.1 9.3 2 2.1 3.9-4.7';
const CROSS = 'm6.6 6.6 4.8 4.800m0-4.8-4.8 4.8';

const disc = (mark: string) =>
  `<circle cx="9" cy="9" r="7.7" fill="currentColor"/><path d="${mark}" fill="none" class="sb-mark" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"/>`;
const tile = (mark: string) =>
  `<rect x="1.7" y="1.7" width="14.6" height="14.6" rx="3.2" fill="currentColor"/><path d="${mark}" fill="none" class="sb-mark" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"/>`;
const ring = (inside: string, more = '') =>
  `<circle cx="9" cy="9" r="7" fill="none" stroke="currentColor" stroke-width="1.7"${more}/>${inside}`;
const box = (inside: string, more = '') =>
  `<rect x="2.2" y="2.2" width="13.6" height="13.6" rx="2.8" fill="none" stroke="currentColor" stroke-width="1.6"${more}/>${inside}`;
const stroke = (path: string, width = 1.7) =>
  `<path d="${path}" fill="none" stroke="currentColor" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`;

const PAUSE = stroke('M7.2 6.4v5.2m3.6-5.2v5.2');
const SLASH = stroke('m5.9 12.1 6.2-6.2');
const MINUS = stroke('M5.7 9h6.6');
/** As if: what a dry run shows and does not do. */
const WAVE = stroke('M5.2 9.7c1.3-1.7 2.5-1.7 3.8-.7s2.5 1 3.8-.7');
const QUESTION =
  stroke('M7.1 7.2c.1-1.1.9-1.8 2-1.8s2 .7 2 1.7c0 1.5-2 1.5-2 3', 1.5) +
  '<circle cx="9.05" cy="12.5" r=".95" fill="currentColor"/>';

const DRAWINGS: Readonly<Record<Shape, Readonly<Record<Tone, string>>>> = {
  circle: {
    idle: ring('', ' stroke-dasharray="2.75 2.75"'),
    run:
      '<circle cx="9" cy="9" r="6.8" fill="none" stroke="currentColor" stroke-width="2.2" opacity=".25"/>' +
      '<path d="M9 2.2a6.8 6.8 0 0 1 6.8 6.8" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round"/>',
    wait: ring(PAUSE),
    ok: disc(CHECK),
    bad: disc(CROSS),
    skip: ring(SLASH),
    stop: ring(MINUS),
    unknown: ring(QUESTION),
    shown: ring(WAVE),
  },
  square: {
    idle: box(''),
    run: box('', ' stroke-dasharray="3.2 2.24"'),
    wait: box('', ' stroke-dasharray="3.2 2.24"'),
    ok: tile(CHECK),
    bad: tile(CROSS),
    skip: box(SLASH),
    stop: box(MINUS),
    unknown: box(QUESTION),
    shown: box(WAVE),
  },
};

/** The state of a node, drawn and said. `word` where the tone's own says too little. */
export function icon(shape: Shape, tone: Tone, word: string = TONES[tone]): Html {
  const drawing = trusted(DRAWINGS[shape][tone]);
  // The whole drawing turns: a part of it would be painted anew for each frame.
  const turns = tone === 'run' && shape === 'circle' && markup` class="sb-arc"`;
  return markup`<span class="sb-ic" role="img" aria-label="${word}" title="${word}"><svg${turns} viewBox="0 0 18 18" aria-hidden="true" focusable="false">${drawing}</svg></span>`;
}
