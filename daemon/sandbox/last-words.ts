/** In one line, for people: what a program named as its error, else the last line that it printed, else how it ended. */
export function lastWords({ exitCode, stdout, stderr }: { exitCode: number; stdout: string; stderr: string }): string {
  const lines = `${stdout}\n${stderr}`.split(/\r?\n/).map((line) => line.trim());
  const printed = lines.filter((line) => line !== '' && !/^Node\.js v\d/.test(line));
  // Node goes on with its stack after the line that counts, Python ends with it.
  const named = printed.findLast((line) => /^(?:\w+ )?[\w.]*(?:Error|Exception)\b[^:]*: /.test(line));
  return (named ?? printed.at(-1) ?? `It ended with exit code ${exitCode} and said nothing.`).slice(0, 500);
}
