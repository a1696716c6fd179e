/** From what is nearly known to what is not known at all. */
const DEGREES = ['settings', 'preview', 'placeholder'] as const;

/**
 * Of a dry run: how far an outcome is not the one that a real run would have. `settings`: it was looked up after something that
 * was not done, or with settings made of that; `preview`: it was not done, and the action has said what would come of it; `placeholder`: it was
 * not done, and of what would come of it only the shape is known.
 */
export type Assumed = (typeof DEGREES)[number];

/** What is said of a check that judges what a dry run did not do. */
export const NOT_KNOWN = 'cannot be known in a dry run';

/** What is said of what a dry run looked up, where something that it did not do would have come before. */
export const AS_IT_STANDS = 'as it stands now';

interface AssumedCheck {
  assumed?: 'now' | 'unknown' | undefined;
  held: boolean;
}

/** How a check in a dry run stands that is not certain; undefined for any other. `saw` is said by whoever shows it. */
export function assumedText({ assumed, held }: AssumedCheck): string | undefined {
  if (assumed === undefined) return undefined;
  return assumed === 'unknown' ? NOT_KNOWN : `${held ? 'holds' : 'does not hold'} ${AS_IT_STANDS}`;
}

/** The degree of what is made of several; undefined where all of it is known. */
export function strongest(one: Assumed | undefined, other: Assumed | undefined): Assumed | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return DEGREES.indexOf(one) < DEGREES.indexOf(other) ? other : one;
}

/** Whether a dry run came by a node without doing it, or all that is in it. */
export function isShown({ status, assumed }: { status: string; assumed?: Assumed | undefined }): boolean {
  return status === 'completed' && (assumed === 'preview' || assumed === 'placeholder');
}

/** Whom a sign-off would ask, as in `2 people of release-manager`. */
export function wouldAsk({ people, from }: { people: number; from?: readonly string[] | undefined }): string {
  const of = from && from.length > 0 ? ` of ${from.join(', ')}` : '';
  return `would ask ${people === 1 ? 'a person' : `${people} people`}${of}`;
}
