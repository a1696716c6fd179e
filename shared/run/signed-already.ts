import type { GateState } from './state.ts';

/**
 * What is said to somebody who has signed a sign-off already, with who is still missing; undefined for one who has not.
 * Persons count, not devices, so that asking again would come to nothing.
 */
export function signedAlready(
  { signOffs, signatures }: Pick<GateState, 'signOffs' | 'signatures'>,
  signOff: string,
  person: string,
  starter: string,
): string | undefined {
  const asked = signOffs.find(({ id }) => id === signOff);
  const signed = signatures.filter((each) => each.signOff === signOff).map(({ signature }) => signature.person);
  if (!asked || !signed.includes(person)) return undefined;
  const left = asked.people - new Set(signed).size;
  const others = signed.filter((name) => name !== person);
  const also = others.length > 0 ? `, and so ${others.length === 1 ? 'has' : 'have'} ${others.join(', ')}` : '';
  // Besides names there may be roles among them, which others than the signers may have as well.
  const from = asked.from?.filter((name) => !signed.includes(name)) ?? [];
  const whose = from.length > 0 ? `, from ${from.join(' or ')}` : '';
  const except = asked.notStarter && !signed.includes(starter) ? `, not from ${starter}, who started the run` : '';
  const missing = `Still missing: ${left === 1 ? 'one other person' : `${left} other persons`}${whose}${except}.`;
  return `${person} has signed “${asked.title}” already${also}; persons count once. ${missing}`;
}
