/**
 * One benchmark: a file that exports this, and a line in `index.ts`.
 * Its figures are what README.md and the targets of the design speak of.
 */
export interface Bench {
  name: string;
  /** What is measured, in one line. */
  summary: string;
  run(): Promise<Figure[]>;
}

export interface Figure {
  /** What the figure is, with the id of the promise that it proves, if any, in brackets at the end. */
  what: string;
  value: number;
  unit: string;
  target?: { atLeast: number } | { atMost: number };
}

/** Whether the figure is where it should be; undefined when it has no target. */
export function met({ value, target }: Figure): boolean | undefined {
  if (!target) return undefined;
  return 'atLeast' in target ? value >= target.atLeast : value <= target.atMost;
}
