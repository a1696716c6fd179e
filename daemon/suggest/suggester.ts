import type { SuggestedLabel } from '../../shared/protocol/calls/suggest.ts';
import { calibrate, judge, sigmoid, train, type Calibration, type Judge } from './logistic.ts';
import { RULES } from './rules.ts';
import { signsOf, weightOfSigns } from './signs.ts';
import { DIMENSIONS, type Dimension, type Labelled, type Subject } from './subject.ts';
import { featuresOf, writtenAs } from './words.ts';

export interface Suggestion {
  /** The label, where one is sure enough; else a person is asked. */
  label: string | null;
  /** The likeliest first. */
  candidates: SuggestedLabel[];
}
export type Suggestions = Record<Dimension, Suggestion>;

export interface Suggester {
  suggest(subject: Subject, threshold?: number): Suggestions;
}

/** Less than this, and a person is asked. */
export const THRESHOLD = 0.6;
const REASONS = 5;
const FOLDS = 5;
/** What a person said counts as often as so many examples that came along. */
const CORRECTION_WEIGHT = 3;

/**
 * Learns from labelled subjects: for each label a judge of its own over words, beside the rules. `corrections` are what people
 * said here, and count more. Only labels in `known` are suggested; all are when it is left out.
 */
export function createSuggester(
  examples: readonly Labelled[],
  corrections: readonly Labelled[] = [],
  known?: Readonly<Record<Dimension, ReadonlySet<string>>>,
): Suggester {
  const all = [...examples, ...Array.from({ length: CORRECTION_WEIGHT }, () => corrections).flat()];
  const seen = all.map((example) => ({ ...example, features: featuresOf(example) }));
  const models = new Map(
    DIMENSIONS.map((dimension) => [
      dimension,
      modelsOf(
        dimension,
        seen.filter(({ labels }) => labels[dimension] !== undefined),
      ),
    ]),
  );
  return {
    suggest(subject, threshold = THRESHOLD) {
      const features = featuresOf(subject);
      const of = (dimension: Dimension): Suggestion => {
        const candidates = [...models.get(dimension)!]
          .filter(([label]) => known?.[dimension].has(label) ?? true)
          .map(([label, model]) => candidate(dimension, label, model, { ...subject, features }))
          .toSorted((one, other) => other.confidence - one.confidence);
        const [best] = candidates;
        return { label: best && best.confidence >= threshold ? best.label : null, candidates };
      };
      return { workflow: of('workflow'), persona: of('persona') };
    },
  };
}

interface Model {
  judge: Judge;
  calibration: Calibration;
}
type Seen = Labelled & { features: string[] };

/** A judge is made of all examples; its calibration of judgements by judges that had not seen what they judged. */
function modelsOf(dimension: Dimension, seen: readonly Seen[]): Map<string, Model> {
  const labels = [...new Set(seen.flatMap(({ labels: given }) => given[dimension] ?? []))].toSorted();
  const of = labels.map((label) => {
    const examples = seen.map((example) => ({
      features: example.features,
      prior: priorOf(dimension, label, example).weight,
      yes: example.labels[dimension] === label,
    }));
    const judged = Array.from({ length: FOLDS }, (_, fold) => {
      const other = train(examples.filter((_example, index) => index % FOLDS !== fold));
      return examples
        .filter((_example, index) => index % FOLDS === fold)
        .map(({ features, prior, yes }) => ({ logOdds: prior + judge(other, features).logOdds, yes }));
    }).flat();
    return { label, judge: train(examples), judged };
  });
  // Of the likeliest label of each example, which is what is suggested: how often is it right?
  const likeliest = (of[0]?.judged ?? []).map((_first, index) =>
    of.map(({ judged }) => judged[index]!).reduce((best, each) => (each.logOdds > best.logOdds ? each : best)),
  );
  const calibration = calibrate(likeliest);
  return new Map(of.map(({ label, judge: own }) => [label, { judge: own, calibration }]));
}

function candidate(dimension: Dimension, label: string, model: Model, seen: Omit<Seen, 'labels'>): SuggestedLabel {
  const { logOdds, shares } = judge(model.judge, seen.features);
  const { weight, reasons } = priorOf(dimension, label, seen);
  const { slope, shift } = model.calibration;
  const words = shares
    .filter(({ share }) => share > 0.05)
    .toSorted((one, other) => other.share - one.share)
    .map(({ feature }) =>
      feature.startsWith('kind ') ? `it is of the kind ${feature.slice(5)}` : `“${writtenAs(feature, seen)}”`,
    );
  return {
    label,
    confidence: Math.round(sigmoid(slope * (logOdds + weight) + shift) * 1000) / 1000,
    reasons: [...new Set([...reasons, ...words])].slice(0, REASONS),
  };
}

/** What is known of a subject before any example: rules over its path and kind, and words that are signs. */
function priorOf(
  dimension: Dimension,
  label: string,
  seen: Omit<Seen, 'labels'>,
): { weight: number; reasons: string[] } {
  const rules = RULES.filter((rule) => rule.dimension === dimension && rule.label === label && rule.holds(seen));
  const signs = signsOf(dimension, label, new Set(seen.features));
  return {
    weight: rules.reduce((sum, { weight }) => sum + weight, 0) + weightOfSigns(signs.length),
    reasons: [...rules.map(({ because }) => because), ...signs.map((sign) => `“${writtenAs(sign, seen)}”`)],
  };
}
