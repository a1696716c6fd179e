import type { SuggestResults } from '../../../shared/protocol/calls/suggest.ts';
import type { CorrectionDesk } from '../corrections.ts';
import type { Calls } from './call.ts';
import { own } from './decisions.ts';

/** What a page, an alert or a path may be for, and what a person says that it is for. */
export function suggestCalls({ counsel, learn }: CorrectionDesk): Calls<keyof SuggestResults> {
  return {
    suggest: (about) => counsel.suggest(about),
    'suggest.correct': ({ about, labels, signature }, caller) => ({
      corrections: learn({ kind: 'correction', about, labels }, own(signature, caller)),
    }),
  };
}
