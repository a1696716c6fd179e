/** A role as a sentence has it: “a step”, “an ask”. */
export function oneOf(role: string): string {
  return `${/^[aeiou]/.test(role) ? 'an' : 'a'} ${role}`;
}

/** The same at the head of a sentence. */
export function oneOfAtHead(role: string): string {
  return oneOf(role).replace('a', 'A');
}
