import type { ActionContext } from '../actions/action.ts';

/** A line that no reader sees, by which something of ours is found again. */
export function markedBody(body: string, context: ActionContext): string {
  return `${body.trimEnd()}\n\n${marker(context.key)}\n`.trimStart();
}

/** Whether this text was written by this step, in this epoch or an earlier one. */
export function isMarked(body: string | null | undefined, context: ActionContext): boolean {
  return [context.key, ...context.earlierKeys].some((key) => body?.includes(marker(key)));
}

/** Whether some step of some run wrote this text. */
export function isOfAnyStep(body: string | null | undefined): boolean {
  return body?.includes('<!-- stagebook:') ?? false;
}

function marker(key: string): string {
  return `<!-- stagebook:${key} -->`;
}
