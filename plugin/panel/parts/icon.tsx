import type { JSX } from 'preact';
import { TONES, type Tone } from '../../../shared/run/tone.ts';

const CHECK = 'm6.1 9.3 2 2.1 3.9-4.7';
const CROSS = 'm6.6 6.6 4.8 4.8m0-4.8-4.8 4.8';
const PAUSE = 'M7.2 6.4v5.2m3.6-5.2v5.2';
const SLASH = 'm5.9 12.1 6.2-6.2';
const MINUS = 'M5.7 9h6.6';
const WAVE = 'M5.2 9.7c1.3-1.7 2.5-1.7 3.8-.7s2.5 1 3.8-.7';
const QUESTION = 'M7.1 7.2c.1-1.1.9-1.8 2-1.8s2 .7 2 1.7c0 1.5-2 1.5-2 3m0 2.2v.1';

const MARKS: Readonly<Partial<Record<Tone, string>>> = {
  wait: PAUSE,
  ok: CHECK,
  bad: CROSS,
  skip: SLASH,
  stop: MINUS,
  unknown: QUESTION,
  shown: WAVE,
};

const line = { fill: 'none', 'stroke-width': '1.7', 'stroke-linecap': 'round', 'stroke-linejoin': 'round' } as const;

/**
 * The state of something, drawn and said: circles are work, squares are requirements; the shape says the state, colour only
 * repeats it (look.md).
 */
export function Icon({
  tone,
  square = false,
  word = TONES[tone],
}: {
  tone: Tone;
  square?: boolean;
  word?: string;
}): JSX.Element {
  return (
    <span class="icon" data-tone={tone} role="img" aria-label={word} title={word}>
      <svg viewBox="0 0 18 18" aria-hidden="true" focusable="false">
        {square ? <Square tone={tone} /> : <Circle tone={tone} />}
      </svg>
    </span>
  );
}

function Circle({ tone }: { tone: Tone }): JSX.Element {
  const mark = MARKS[tone];
  if (tone === 'run') {
    return (
      <>
        <circle cx="9" cy="9" r="6.8" fill="none" stroke="currentColor" stroke-width="2.2" opacity=".25" />
        <path class="arc" d="M9 2.2a6.8 6.8 0 0 1 6.8 6.8" {...line} stroke="currentColor" stroke-width="2.2" />
      </>
    );
  }
  if (tone === 'ok' || tone === 'bad') {
    return (
      <>
        <circle cx="9" cy="9" r="7.7" fill="currentColor" />
        <path class="mark" d={mark} {...line} />
      </>
    );
  }
  const dash = tone === 'idle' ? { 'stroke-dasharray': '2.75 2.75' } : {};
  return (
    <>
      <circle cx="9" cy="9" r="7" fill="none" stroke="currentColor" stroke-width="1.7" {...dash} />
      {mark && <path d={mark} {...line} stroke="currentColor" />}
    </>
  );
}

function Square({ tone }: { tone: Tone }): JSX.Element {
  const mark = MARKS[tone];
  if (tone === 'ok' || tone === 'bad') {
    return (
      <>
        <rect x="1.7" y="1.7" width="14.6" height="14.6" rx="3.2" fill="currentColor" />
        <path class="mark" d={mark} {...line} />
      </>
    );
  }
  // As in the blocks: an open requirement that waits is dashed, one that is not asked yet is a plain box.
  const dash = tone === 'wait' || tone === 'run' ? { 'stroke-dasharray': '3.2 2.24' } : {};
  return (
    <>
      <rect
        x="2.2"
        y="2.2"
        width="13.6"
        height="13.6"
        rx="2.8"
        fill="none"
        stroke="currentColor"
        stroke-width="1.6"
        {...dash}
      />
      {mark && tone !== 'wait' && <path d={mark} {...line} stroke="currentColor" />}
    </>
  );
}
