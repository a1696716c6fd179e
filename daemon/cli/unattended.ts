import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Signature } from '../../shared/run/event.ts';
import type { Challenge, OpenRequest } from '../engine/engine.ts';
import type { Session } from './session.ts';
import { noTerminal } from './terminal.ts';

const schema = z.strictObject({ person: z.string(), pin: z.string() });

/** Who signs in the demo's own data directory, where nothing that counts can be signed. */
export interface UnattendedSigner {
  sign(challenge: Challenge): Signature;
  decide(request: OpenRequest): Promise<boolean>;
}

/** The demo's signer, by the marker file `demo` that only the demo's data directory has. Throws `sign.no_terminal` elsewhere. */
export function unattendedSigner({ config, daemon, client }: Session): UnattendedSigner {
  const marker = join(config.home, 'demo');
  if (!existsSync(marker)) throw noTerminal();
  const { person, pin } = schema.parse(JSON.parse(readFileSync(marker, 'utf8')));
  const sign = (challenge: Challenge): Signature => daemon.keys.sign(person, pin, challenge);
  return {
    sign,
    async decide(request) {
      if (request.kind !== 'sign-off') return false;
      const { run, node, signOff } = request;
      await client.sign(run, node, signOff, sign(await client.challenge({ kind: 'sign-off', run, node, signOff })));
      return true;
    },
  };
}
