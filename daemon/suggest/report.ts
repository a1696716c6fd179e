import type { Measure } from './measure.ts';
import type { Suggestions } from './suggester.ts';
import { DIMENSIONS } from './subject.ts';

/** So many candidates are shown where a person is asked. */
const SHOWN = 3;

/** Suggestions for people: what fits, how sure, why; or the question, with what comes near. */
export function suggestionLines(found: Suggestions, threshold: number): string[] {
  return DIMENSIONS.flatMap((dimension) => {
    const { label, candidates } = found[dimension];
    const near = candidates.slice(0, label === null ? SHOWN : 1);
    const head =
      label === null
        ? `${dimension}: not sure enough (less than ${percent(threshold)}). Say it with --${dimension} NAME, or none. What comes near:`
        : `${dimension}: ${label}`;
    return [
      head,
      ...near.map(({ label: name, confidence, reasons }) => {
        const why = reasons.length > 0 ? reasons.join(', ') : 'nothing speaks for it but how often it is right';
        return `  ${name}  ${percent(confidence)}  ${why}`;
      }),
    ];
  });
}

/** Measures for people, with who was taken for whom. */
export function reportLines(measures: readonly Measure[], leftOut: number): string[] {
  const lines = leftOut > 0 ? [`${leftOut} entries marked "train" are left out.`] : [];
  for (const {
    dimension,
    count,
    threshold,
    accuracy,
    first,
    coverage,
    precision,
    calibrationError,
    confusion,
  } of measures) {
    lines.push(
      `${dimension}: ${count} subjects, threshold ${percent(threshold)}`,
      `  right (asking where none fits counts as right)  ${percent(accuracy)}`,
      `  the right one comes first, where one fits       ${percent(first)}`,
      `  something is suggested (coverage)               ${percent(coverage)}`,
      `  of what is suggested is right (precision)       ${percent(precision)}`,
      `  confidence is off by (calibration error)        ${percent(calibrationError)}`,
      '  what it was → what was suggested',
      ...Object.entries(confusion)
        .toSorted(([one], [other]) => one.localeCompare(other))
        .map(([right, row]) => {
          const said = Object.entries(row).toSorted(([, one], [, other]) => other - one);
          return `    ${right} → ${said.map(([label, times]) => `${label} ${times}`).join(', ')}`;
        }),
    );
  }
  return lines;
}

function percent(share: number | null): string {
  return share === null ? '–' : `${(share * 100).toFixed(1)} %`;
}
