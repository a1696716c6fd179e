import type { ActionContext, Verdict } from '../actions/action.ts';
import { talk } from './client.ts';

/** What looking for an earlier try's effect says: found, not there, or, when GitHub could not be asked, unsure. */
export async function verdict<O>(find: () => Promise<O | undefined>, context: ActionContext): Promise<Verdict<O>> {
  try {
    const result = await talk(context, find);
    return result ? { is: 'done', result } : { is: 'not-done' };
  } catch (error) {
    return { is: 'unsure', why: error instanceof Error ? error.message : String(error) };
  }
}
