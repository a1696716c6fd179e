import { met, type Bench, type Figure } from './bench.ts';

/** A benchmark's figures as an aligned text table, each beside its target. */
export function report({ name, summary }: Bench, figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.what.replace(/ \[[a-z]+\.[a-z0-9.-]+\]/g, ''),
    `${figure.value.toLocaleString('en-US')} ${figure.unit}`,
    target(figure),
    verdict(figure),
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map(([what, value, goal, word]) =>
    `  ${what!.padEnd(widths[0]!)}  ${value!.padStart(widths[1]!)}  ${goal!.padEnd(widths[2]!)}  ${word!}`.trimEnd(),
  );
  return [`${name}: ${summary}`, ...lines, ''].join('\n');
}

function target({ target: goal, unit }: Figure): string {
  if (!goal) return '';
  return 'atLeast' in goal
    ? `≥ ${goal.atLeast.toLocaleString('en-US')} ${unit}`
    : `≤ ${goal.atMost.toLocaleString('en-US')} ${unit}`;
}

function verdict(figure: Figure): string {
  const reached = met(figure);
  if (reached === undefined) return '';
  return reached ? 'met' : 'NOT MET';
}
