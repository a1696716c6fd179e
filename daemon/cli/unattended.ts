import type { Signature } from '../../shared/run/event.ts';
import type { Challenge } from '../engine/engine.ts';
import { unattendedSigner } from '../people/unattended.ts';
import type { Session } from './session.ts';
import { signedHere } from './signed-here.ts';
import { noTerminal } from './terminal.ts';
import type { OpenRequest } from '../../shared/run/summary.ts';

/** Who signs in the demo's own data directory, where nothing that counts can be signed. */
export interface Unattended {
  person: string;
  sign(challenge: Challenge): Signature;
  /** Whether it was decided: not what is no sign-off, nor what this person has signed already. */
  decide(request: OpenRequest): Promise<boolean>;
}

/** The demo's signer, in a data directory that the demo made. Throws `sign.no_terminal` in any other. */
export function unattended({ config, daemon, client }: Session): Unattended {
  const signer = unattendedSigner(config.home);
  if (!signer) throw noTerminal();
  const { person, pin } = signer;
  const sign = (challenge: Challenge): Signature => daemon.keys.sign(person, pin, challenge);
  return {
    person,
    sign,
    async decide(request) {
      if (request.kind !== 'sign-off' || (await signedHere(client, request, [person])) !== undefined) return false;
      const { run, node, signOff } = request;
      await client.sign(run, node, signOff, sign(await client.challenge({ kind: 'sign-off', run, node, signOff })));
      return true;
    },
  };
}
