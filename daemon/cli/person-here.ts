import { userInfo } from 'node:os';
import type { Actor } from '../../shared/run/event.ts';

/** Who says something that needs no signature: the name given, else that of the account. */
export function personHere(name?: string): Actor {
  return { kind: 'person', name: name ?? userInfo().username };
}
