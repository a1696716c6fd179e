import { fail } from '../../shared/failure.ts';
import type { EngineClient } from '../server/client.ts';
import type { OpenRequest } from '../../shared/run/summary.ts';

type SignOff = Extract<OpenRequest, { kind: 'sign-off' }>;

/** The sign-offs of a run that are open, or the one of this id. Throws `signature.not_asked` when there is none. */
export async function openSignOffs(client: EngineClient, run: string, id?: string): Promise<SignOff[]> {
  const open = (await client.requests(run)).filter((request) => request.kind === 'sign-off');
  const wanted = id === undefined ? open : open.filter(({ signOff }) => signOff === id);
  if (wanted.length > 0) return wanted;
  const which =
    open.length > 0 ? ` Open are: ${open.map(({ signOff }) => signOff).join(', ')}.` : ` See stagebook show ${run}.`;
  throw fail(
    'conflict',
    'signature.not_asked',
    `The run asks for no ${id ? `sign-off “${id}”` : 'signature'} now.${which}`,
  );
}
