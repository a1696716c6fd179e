/** Whether a pattern (`git.*`, `github.create_*`, `git.push`) covers an action's name. */
export function covers(pattern: string, action: string): boolean {
  return pattern === action || (pattern.endsWith('*') && action.startsWith(pattern.slice(0, -1)));
}
