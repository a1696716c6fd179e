import type { OpenRequest } from '../../shared/run/summary.ts';
import { signedAlready } from '../../shared/run/signed-already.ts';
import type { EngineClient } from '../server/client.ts';

/** What to say where each of these persons has signed a sign-off already, and who is missing; undefined while one can sign. */
export async function signedHere(
  client: Pick<EngineClient, 'state'>,
  { run, node, signOff }: Extract<OpenRequest, { kind: 'sign-off' }>,
  persons: readonly string[],
): Promise<string | undefined> {
  const { nodes, by } = await client.state(run);
  const gate = nodes.get(node)?.gate;
  const said = gate ? persons.map((person) => signedAlready(gate, signOff, person, by.name)) : [];
  return said.includes(undefined) ? undefined : said[0];
}
