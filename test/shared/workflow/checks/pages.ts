/** Pages in short, around one expression. */
export const HEADER =
  'workflow W | inputs: { a: {}, n: { type: number }, list: { type: list }, flag: { type: boolean } } | output: "${{ inputs }}"';
export const READ = 'uses: act.read';

/** A step that uses an expression, after the given nodes. */
export const after = (nodes: string, expression: string): string => `${HEADER}
stage S1 | persona: tester
${nodes
  .split('\n')
  .filter((line) => line.trim() !== '')
  .map((line) => `  ${line}`)
  .join('\n')}
  step Use | ${READ} | with: { name: "\${{ ${expression} }}" }`;
export const string = (path: string): string => `string(${path})`;

const STEPS = `step A | ${READ}`;
export const check = (that: string): string =>
  `${HEADER}\nstage S1 | persona: tester\n  ${STEPS}\n  gate G\n    check C | that: '${that}'`;
