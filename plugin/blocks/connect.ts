import type { Action } from './block.ts';

/** The way to our window, where a person connects Logseq with a daemon. */
export const CONNECT: Action = {
  act: 'connect',
  label: 'Connect…',
  title: 'Connect Logseq with Stagebook',
  does: { kind: 'connect' },
};
