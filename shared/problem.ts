/**
 * One thing the checker found wrong with a page (language.md, Checking).
 * An error refuses the run, a warning does not.
 */
export interface Problem {
  code: string;
  severity: 'error' | 'warning';
  /** What is wrong and what to write instead, in one or two sentences. */
  message: string;
  place: Place;
}

/** Where on the page: `line` and `column` count from 1 in the page's Markdown, `node` is the static path of ids. */
export interface Place {
  line: number;
  column: number;
  /** The block's own uuid, where the page gives one (`id::`), or its address as indexes from the top (`0.2.1`). */
  block: string;
  node?: string;
}
