/**
 * By how much a counter grew, the first time that it is seen included: a counter with new labels begins with its first
 * event, which `increase` alone does not see.
 */
export function grown(counter: string, window: string): string {
  return `((${counter} unless ${counter} offset ${window}) or increase(${counter}[${window}]))`;
}
