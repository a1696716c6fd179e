import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Failure } from '../../../shared/failure.ts';
import { hashOf, type Route } from '../route.ts';
import { Foreign } from './text.tsx';

/** A view with its heading, which takes the focus when somebody came here. */
export function Page({
  title,
  icon,
  facts,
  children,
  wide = false,
}: {
  title: string;
  icon?: ComponentChildren;
  facts?: ComponentChildren;
  children: ComponentChildren;
  wide?: boolean;
}): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title.slice(0, 80)} · Stagebook`;
  }, [title]);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <div class={wide ? 'page wide' : 'page'}>
      <header class="head">
        {icon}
        <h1 ref={heading} tabIndex={-1}>
          <Foreign text={title} characters={160} />
        </h1>
        {facts && <div class="facts">{facts}</div>}
      </header>
      {children}
    </div>
  );
}

export function Link({
  to,
  children,
  class: name,
}: {
  to: Route;
  children: ComponentChildren;
  class?: string;
}): JSX.Element {
  return (
    <a href={hashOf(to)} class={name}>
      {children}
    </a>
  );
}

/** What went wrong, in the daemon's own words. */
export function Trouble({
  failure,
  again,
}: {
  failure: Failure | undefined;
  again?: (() => void) | undefined;
}): JSX.Element | null {
  if (!failure) return null;
  return (
    <div class="note bad" role="alert">
      <p>
        <Foreign text={failure.message} characters={600} />
      </p>
      <p class="row between">
        <code class="dim">{failure.code}</code>
        {again && (
          <button type="button" onClick={again}>
            Try again
          </button>
        )}
      </p>
    </div>
  );
}

export function Loading({ what = 'Loading…' }: { what?: string }): JSX.Element {
  return (
    <p class="dim loading" role="status">
      {what}
    </p>
  );
}

/** Nothing is here, and what brings something. */
export function Empty({ title, children }: { title: string; children?: ComponentChildren }): JSX.Element {
  return (
    <div class="empty">
      <p class="strong">{title}</p>
      {children}
    </div>
  );
}
