import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Json } from '../../../shared/json.ts';
import { say } from '../app.ts';
import { cut, size } from '../model/cut.ts';

/**
 * A text that somebody else wrote: never markup, in a direction of its own that does not turn what stands around it, and cut
 * where it is long.
 */
export function Foreign({ text, characters = 300 }: { text: string; characters?: number }): JSX.Element {
  const [all, setAll] = useState(false);
  const { shown, left } = all ? { shown: text, left: 0 } : cut(text, characters, 6);
  return (
    <>
      <bdi>{left > 0 ? `${shown}…` : shown}</bdi>
      {left > 0 && (
        <button type="button" class="link more" onClick={() => setAll(true)}>
          Show all ({size(text.length)})
        </button>
      )}
    </>
  );
}

/** A text on one line; all of it is in its title. */
export function Line({ text, class: name = '' }: { text: string; class?: string }): JSX.Element {
  const { shown, left } = cut(text, 500, 1);
  return (
    <bdi class={`line ${name}`} title={cut(text, 1_000, 20).shown}>
      {left > 0 ? `${shown}…` : shown}
    </bdi>
  );
}

/** Text as it is, in monospace, cut where it is long. */
export function Verbatim({ text, label, cap }: { text: string; label: string; cap?: number }): JSX.Element {
  const [all, setAll] = useState(false);
  const { shown, left } = all ? { shown: text, left: 0 } : cut(text, cap);
  return (
    <div class="verbatim">
      <pre dir="auto" tabIndex={0} role="region" aria-label={label}>
        {shown}
      </pre>
      <div class="row end">
        {left > 0 && (
          <button type="button" class="link" onClick={() => setAll(true)}>
            Show all ({size(text.length)})
          </button>
        )}
        <Copy text={text} what={label} />
      </div>
    </div>
  );
}

function Copy({ text, what }: { text: string; what: string }): JSX.Element {
  const [done, setDone] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setDone(true);
      say('Copied.');
      setTimeout(() => setDone(false), 2_000);
    } catch {
      say('The browser does not let this page copy. Select the text instead.');
    }
  };
  return (
    <button type="button" class="quiet" onClick={() => void copy()} aria-label={`Copy ${what}`}>
      {done ? 'Copied' : 'Copy'}
    </button>
  );
}

/** Any value: short ones on the line, the others folded out on demand. */
export function Value({ value, label }: { value: Json; label: string }): JSX.Element {
  if (typeof value === 'string' && value.length <= 120 && !value.includes('\n'))
    return <bdi class="value">{value}</bdi>;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (text.length <= 120 && typeof value !== 'string') return <code class="value">{text}</code>;
  return (
    <details class="fold">
      <summary>
        <Line text={text} class="value" />
      </summary>
      <Verbatim text={typeof value === 'string' ? value : JSON.stringify(value, null, 2)} label={label} />
    </details>
  );
}

/** A digest: its beginning, all of it on demand and to copy. */
export function Digest({ value, label }: { value: string; label: string }): JSX.Element {
  return (
    <span class="digest">
      <code title={value}>{value}</code>
      <Copy text={value} what={label} />
    </span>
  );
}

export function Section({
  title,
  children,
  extra,
}: {
  title: string;
  children: ComponentChildren;
  extra?: ComponentChildren;
}): JSX.Element {
  return (
    <section class="section">
      <div class="row between">
        <h2>{title}</h2>
        {extra}
      </div>
      {children}
    </section>
  );
}
