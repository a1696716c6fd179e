/** A message that Logseq shows as it is: one that begins with `[:` it would read and draw as elements. */
export function toMessage(text: string): string {
  return /^\s*\[:/.test(text) ? `Stagebook: ${text}` : text;
}
