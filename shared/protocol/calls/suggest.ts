import { z } from 'zod';
import { name, signature, type CallList } from '../fields.ts';

/** What somebody wants a workflow and a persona for. */
export const about = z.strictObject({
  kind: z.enum(['page', 'alert', 'path']),
  text: z.string().max(20_000),
  path: z.string().max(1_000).optional(),
});
/** What it is: a name, or none for what none fits. One that is left out was not judged. */
export const labels = z.strictObject({ workflow: name.optional(), persona: name.optional() });

/** Which workflow and persona fit, and what a person says to that. */
export const SUGGEST_CALLS = {
  /** Which workflow and persona fit, how sure that is, and why. */
  suggest: { right: 'propose', with: about },
  /** A person says what it is: that is what suggestions learn from. `suggest.unknown` for a name that there is not. */
  'suggest.correct': { right: 'sign', with: z.strictObject({ about, labels, signature }) },
} as const satisfies CallList;

/** What they are answered with. */
export interface SuggestResults {
  /** `label` where one is sure enough; else a person is asked. Candidates: the likeliest first. */
  suggest: Record<'workflow' | 'persona', { label: string | null; candidates: SuggestedLabel[] }>;
  /** How many corrections there are now. */
  'suggest.correct': { corrections: number };
}

/** One label for a subject. `confidence` is absolute, from 0 to 1: so often is it right when it says so. */
export interface SuggestedLabel {
  label: string;
  confidence: number;
  reasons: string[];
}
