import type { Examination, Finding, Patient } from './check.ts';
import { dataDirectory, graphs, node, people, sandbox } from './machine.ts';
import { plugins, server } from './server.ts';
import { programs } from './programs.ts';
import { restate } from './restate.ts';
import { tokens } from './tokens.ts';

/** Everything that is looked at, in the order in which it is told. */
const EXAMINATIONS: readonly Examination[] = [
  node,
  dataDirectory,
  people,
  server,
  plugins,
  restate,
  sandbox,
  programs,
  tokens,
  graphs,
];

/** What works here and what does not, each with what to do about it. */
export async function examine(patient: Patient): Promise<Finding[]> {
  const found = await Promise.all(EXAMINATIONS.map((look) => look(patient)));
  return found.flat();
}
