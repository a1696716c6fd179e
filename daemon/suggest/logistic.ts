/** A label that says yes or no for itself: its probability does not depend on how the others do. */
export interface Judge {
  bias: number;
  weights: ReadonlyMap<string, number>;
}

export interface TrainingOptions {
  rounds?: number;
  /** How strongly weights are kept small. */
  decay?: number;
}

/**
 * Logistic regression by gradient descent, in a fixed order, so that the same examples give the same judge. Features of a long
 * text count less each. `prior` is what stands beside the words already (rules), in log-odds.
 */
export function train(
  examples: readonly { features: readonly string[]; prior: number; yes: boolean }[],
  { rounds = 40, decay = 0.002 }: TrainingOptions = {},
): Judge {
  const ids = new Map<string, number>();
  const idOf = (feature: string): number => {
    const known = ids.get(feature) ?? ids.size;
    ids.set(feature, known);
    return known;
  };
  const rows = examples.map(({ features, prior, yes }) => ({ ids: features.map(idOf), prior, yes: yes ? 1 : 0 }));
  const weights = new Float64Array(ids.size);
  const yes = examples.filter((example) => example.yes).length;
  let bias = logit((yes + 1) / (examples.length + 2));
  for (let round = 0; round < rounds; round += 1) {
    const rate = 0.6 / (1 + round / 20);
    for (const row of rows) {
      const scale = 1 / Math.sqrt(row.ids.length || 1);
      let sum = 0;
      for (const id of row.ids) sum += weights[id]!;
      const error = row.yes - sigmoid(bias + row.prior + sum * scale);
      bias += rate * 0.1 * error;
      for (const id of row.ids) weights[id]! += rate * (error * scale - decay * weights[id]!);
    }
  }
  return { bias, weights: new Map([...ids].map(([feature, id]) => [feature, weights[id]!])) };
}

/** The log-odds that a judge gives, and what each feature adds to them. */
export function judge(
  { bias, weights }: Judge,
  features: readonly string[],
): { logOdds: number; shares: { feature: string; share: number }[] } {
  const scale = 1 / Math.sqrt(features.length || 1);
  const shares = features.map((feature) => ({ feature, share: (weights.get(feature) ?? 0) * scale }));
  return { logOdds: bias + shares.reduce((sum, { share }) => sum + share, 0), shares };
}

/** How log-odds become probabilities that come true as often as they say (Platt). */
export interface Calibration {
  slope: number;
  shift: number;
}

/** Fits it to judgements of examples that the judge has not seen. */
export function calibrate(judged: readonly { logOdds: number; yes: boolean }[]): Calibration {
  let [slope, shift] = [1, 0];
  for (let round = 0; round < 400; round += 1) {
    let [bySlope, byShift] = [0, 0];
    for (const { logOdds, yes } of judged) {
      const error = (yes ? 1 : 0) - sigmoid(slope * logOdds + shift);
      bySlope += error * logOdds;
      byShift += error;
    }
    slope += (0.5 * bySlope) / (judged.length || 1);
    shift += (0.5 * byShift) / (judged.length || 1);
  }
  return { slope: Math.max(slope, 0.05), shift };
}

export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

function logit(p: number): number {
  return Math.log(p / (1 - p));
}
