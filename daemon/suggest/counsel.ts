import type { JsonObject } from '../../shared/json.ts';
import { fail } from '../../shared/failure.ts';
import { nearest } from '../../shared/workflow/nearest.ts';
import type { Corrections } from '../journal/corrections.ts';
import { EXAMPLES, readLabelled } from './labelled.ts';
import { createSuggester, type Suggester, type Suggestions } from './suggester.ts';
import { DIMENSIONS, type Dimension, type Labels, type Subject } from './subject.ts';

/** Suggestions over the examples that come along and what people said here. */
export interface Counsel {
  suggest(subject: Subject, threshold?: number): Suggestions;
  suggester(): Suggester;
  /** Without labels that do not exist here: nobody could suggest them. */
  judgeable(labels: Partial<Labels>): Partial<Labels>;
  /** Labels as somebody wrote them (`none` for null). Throws `suggest.unknown`. */
  labelsOf(written: Partial<Record<Dimension, string>>): Partial<Labels>;
}

/** `known` are the workflows and personas that there are: only those are suggested. */
export function openCounsel(
  corrections: Pick<Corrections, 'all' | 'count'>,
  known: Readonly<Record<Dimension, ReadonlySet<string>>>,
): Counsel {
  let made: { suggester: Suggester; corrections: number } | undefined;
  const suggester = (): Suggester => {
    const count = corrections.count();
    // Made when it is first asked for, and again when somebody has said something.
    if (made?.corrections !== count) {
      made = { suggester: createSuggester(readLabelled(EXAMPLES).train, corrections.all(), known), corrections: count };
    }
    return made.suggester;
  };
  return {
    suggest: (subject, threshold) => suggester().suggest(subject, threshold),
    suggester,
    judgeable: (labels) =>
      Object.fromEntries(
        DIMENSIONS.flatMap((dimension) => {
          const label = labels[dimension];
          return label === undefined || (label !== null && !known[dimension].has(label)) ? [] : [[dimension, label]];
        }),
      ),
    labelsOf(written) {
      const labels: Partial<Labels> = {};
      for (const dimension of DIMENSIONS) {
        const label = written[dimension];
        if (label === undefined) continue;
        if (label !== 'none' && !known[dimension].has(label)) {
          const near = nearest(label, [...known[dimension]]);
          const hint = near ? `Did you mean ${near}?` : `There are ${[...known[dimension]].join(', ')}, and none.`;
          throw fail('not-found', 'suggest.unknown', `There is no ${dimension} “${label}”. ${hint}`);
        }
        labels[dimension] = label === 'none' ? null : label;
      }
      return labels;
    },
  };
}

/** Exactly what a person agrees to who says what a subject is. */
export function shownFor(subject: Subject, labels: Partial<Labels>): JsonObject {
  const inputs: JsonObject = { kind: subject.kind, text: subject.text };
  if (subject.path !== undefined) inputs.path = subject.path;
  for (const dimension of DIMENSIONS) {
    const label = labels[dimension];
    if (label !== undefined) inputs[dimension] = label ?? 'none';
  }
  return { kind: 'correction', inputs };
}
