import type { Suggester } from './suggester.ts';
import type { Dimension, Labelled } from './subject.ts';

/** How well suggestions of one dimension do on labelled subjects. Shares from 0 to 1, null of nothing. */
export interface Measure {
  dimension: Dimension;
  count: number;
  threshold: number;
  /** The right label, or nothing where none fits. */
  accuracy: number | null;
  /** The right label comes first, whatever the threshold says; of those for which one fits. */
  first: number | null;
  /** Something is suggested, and nobody asked. */
  coverage: number | null;
  /** Of what is suggested, how much is right. */
  precision: number | null;
  /** The mean distance between confidence and truth (expected calibration error, ten bins) of the likeliest label. */
  calibrationError: number | null;
  /** What was right → what was suggested (`(asks)`) → how often. */
  confusion: Record<string, Record<string, number>>;
}

const NONE = '(none)';
const ASKS = '(asks)';

export function measure(
  suggester: Suggester,
  subjects: readonly Labelled[],
  dimension: Dimension,
  threshold: number,
): Measure {
  const judged = subjects.filter(({ labels }) => labels[dimension] !== undefined);
  const results = judged.map((subject) => {
    const { label, candidates } = suggester.suggest(subject, threshold)[dimension];
    const [best] = candidates;
    const right = subject.labels[dimension] ?? null;
    return { right, label, best: best?.label ?? null, confidence: best?.confidence ?? 0 };
  });
  const confusion: Measure['confusion'] = {};
  for (const { right, label } of results) {
    const row = (confusion[right ?? NONE] ??= {});
    row[label ?? ASKS] = (row[label ?? ASKS] ?? 0) + 1;
  }
  const said = results.filter(({ label }) => label !== null);
  const fitting = results.filter(({ right }) => right !== null);
  return {
    dimension,
    count: judged.length,
    threshold,
    accuracy: share(results, ({ right, label }) => right === label),
    first: share(fitting, ({ right, best }) => right === best),
    coverage: share(results, ({ label }) => label !== null),
    precision: share(said, ({ right, label }) => right === label),
    calibrationError: calibrationError(
      results.map(({ right, best, confidence }) => ({ confidence, yes: right === best })),
    ),
    confusion,
  };
}

function share<T>(all: readonly T[], holds: (one: T) => boolean): number | null {
  return all.length === 0 ? null : all.filter(holds).length / all.length;
}

function calibrationError(all: readonly { confidence: number; yes: boolean }[]): number | null {
  if (all.length === 0) return null;
  let error = 0;
  for (let bin = 0; bin < 10; bin += 1) {
    const inBin = all.filter(({ confidence }) => Math.min(Math.floor(confidence * 10), 9) === bin);
    const mean = inBin.reduce((sum, { confidence }) => sum + confidence, 0);
    error += Math.abs(mean - inBin.filter(({ yes }) => yes).length);
  }
  return error / all.length;
}
