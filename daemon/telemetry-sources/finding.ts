/** What a finding begins with: what is measured is often named as in the middle of a sentence. */
export function capitalized(words: string): string {
  return words.replace(/^\p{Ll}/u, (first) => first.toUpperCase());
}
