import { describe, expect, it } from 'vitest';
import { hashJson } from '../../shared/canonical-json.ts';
import { verifySignature } from '../../shared/signature.ts';
import { createSigner } from '../fakes/signer.ts';

const shown = { kind: 'sign-off', gate: 'Good enough', checks: [{ title: 'Coverage', saw: 83.4 }] };
const ada = createSigner('Ada');
const signed = () => ada.sign({ nonce: 'once', digest: hashJson(shown) });

describe('a recorded signature', () => {
  it('can be verified with nothing but itself and what was shown [core.signature.offline]', async () => {
    expect(await verifySignature(signed())).toBe(true);
    expect(await verifySignature(signed(), shown)).toBe(true);
    // The same thing in another order of fields is the same thing.
    const { checks, gate, kind } = shown;
    expect(await verifySignature(signed(), { checks, gate, kind })).toBe(true);
  });

  it('does not hold for anything else that was shown', async () => {
    expect(await verifySignature(signed(), { ...shown, gate: 'Another' })).toBe(false);
    expect(await verifySignature(signed(), { ...shown, checks: [{ title: 'Coverage', saw: 83.5 }] })).toBe(false);
  });

  it.each(['nonce', 'digest', 'signature', 'publicKey'] as const)('does not hold with another %s', async (field) => {
    const other = createSigner('Ada');
    const foreign = {
      nonce: 'twice',
      digest: hashJson({}),
      signature: other.sign({ nonce: 'once', digest: hashJson(shown) }).signature,
      publicKey: other.publicKey,
    };
    expect(await verifySignature({ ...signed(), [field]: foreign[field] })).toBe(false);
  });

  it('that cannot be read does not hold, and nothing is thrown', async () => {
    for (const broken of ['', '???', 'AAAA']) {
      expect(await verifySignature({ ...signed(), publicKey: broken })).toBe(false);
      expect(await verifySignature({ ...signed(), signature: broken })).toBe(false);
    }
  });
});
