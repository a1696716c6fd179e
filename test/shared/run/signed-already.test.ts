import { expect, it } from 'vitest';
import type { Signature } from '../../../shared/run/event.ts';
import { signedAlready } from '../../../shared/run/signed-already.ts';

const by = (person: string): { signOff: string; signature: Signature } => ({
  signOff: 'ok',
  signature: { person, device: person, publicKey: '', nonce: '', digest: '', signature: '', at: 0 },
});

it('tells who has signed that they have, and who is still missing [core.gate.persons]', () => {
  const asked = { id: 'ok', title: 'Is it fine', people: 3, from: ['Ada', 'Grace', 'ops'], notStarter: true };
  const said = (signed: string[], person: string, signOff = 'ok') =>
    signedAlready({ signOffs: [asked], signatures: signed.map(by) }, signOff, person, 'Eve');
  expect(said(['Grace'], 'Ada')).toBeUndefined();
  expect(said(['Ada'], 'Ada', 'other')).toBeUndefined();
  expect(said(['Ada'], 'Ada')).toBe(
    'Ada has signed “Is it fine” already; persons count once. Still missing: 2 other persons, from Grace or ops, not from Eve, who started the run.',
  );
  expect(said(['Ada', 'Grace'], 'Grace')).toBe(
    'Grace has signed “Is it fine” already, and so has Ada; persons count once. Still missing: one other person, from ops, not from Eve, who started the run.',
  );
});
