import type { Refusal } from '../../shared/protocol/limits.ts';

/** Why a connection is ended: a code of the protocol's closed list, and a sentence with the remedy. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly code: Refusal;

  constructor(code: Refusal, message: string) {
    super(message);
    this.code = code;
  }
}
