import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifySignature } from '../../../shared/signature.ts';
import { createPeopleHome, type PeopleHome } from '../../fakes/people.ts';

const PIN = 'correct horse';
const challenge = { nonce: 'once', digest: 'a'.repeat(64) };

let here: PeopleHome;
beforeEach(() => {
  here = createPeopleHome();
  here.people.add('Ada');
  here.keys.create('Ada', PIN);
});
afterEach(() => here.remove());

const codeOf = (work: () => unknown): string | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
};
const keyFile = (): string => join(here.home, 'keys', readdirSync(join(here.home, 'keys'))[0]!);

describe('a terminal', () => {
  it('signs with the key of the person whose PIN was given [core.signature.pin]', async () => {
    const signature = here.keys.sign('ada', PIN, challenge);
    expect(signature).toMatchObject({ person: 'Ada', ...challenge });
    expect(await verifySignature(signature)).toBe(true);
    expect(here.people.owner(signature.device, signature.publicKey)).toEqual({ person: 'Ada', roles: [] });
  });

  it('knows the same PIN however it was typed', () => {
    here.people.add('Zoë');
    here.keys.create('Zoë', 'Cafe\u0301 12');
    expect(() => here.keys.check('Zoë', 'Café 12')).not.toThrow();
  });

  it('keeps the key in a file of the owner alone, encrypted', () => {
    if (process.platform !== 'win32') {
      expect(statSync(keyFile()).mode & 0o777).toBe(0o600);
      expect(statSync(join(here.home, 'keys')).mode & 0o777).toBe(0o700);
    }
    const { sealed } = JSON.parse(readFileSync(keyFile(), 'utf8')) as { sealed: { key: string } };
    // The header of an unencrypted PKCS #8 key.
    expect(Buffer.from(sealed.key, 'base64').includes(Buffer.from('06072a8648ce3d0201', 'hex'))).toBe(false);
  });

  it('takes no PIN of fewer than six characters [core.signature.pin]', () => {
    here.people.add('Ben');
    expect(codeOf(() => here.keys.create('Ben', '12345'))).toBe('pin.short');
    expect(here.keys.has('Ben')).toBe(false);
    expect(codeOf(() => here.keys.changePin('Ada', PIN, '😀😀😀'))).toBe('pin.short');
    expect(() => here.keys.create('Ben', '😀😀😀😀😀😀')).not.toThrow();
  });

  it('changes a PIN for who knows the old one, and keeps the key', () => {
    const { device, publicKey } = here.keys.deviceOf('Ada');
    expect(codeOf(() => here.keys.changePin('Ada', 'a wrong one', 'another one'))).toBe('pin.wrong');
    here.keys.changePin('Ada', PIN, 'another one');
    expect(codeOf(() => here.keys.sign('Ada', PIN, challenge))).toBe('pin.wrong');
    expect(here.keys.sign('Ada', 'another one', challenge)).toMatchObject({ device, publicKey });
  });

  it('says who cannot sign here', () => {
    expect(codeOf(() => here.keys.sign('Ben', PIN, challenge))).toBe('device.missing');
    expect(codeOf(() => here.keys.create('Ada', PIN))).toBe('device.exists');
  });
});

describe('wrong PINs', () => {
  const wrong = (times: number): (string | undefined)[] =>
    Array.from({ length: times }, () => codeOf(() => here.again().check('Ada', 'not the PIN')));

  it('lead to a pause after five, in which the right one does not help, also after a restart [core.signature.pin]', () => {
    expect(wrong(5)).toEqual(Array.from({ length: 5 }, () => 'pin.wrong'));
    expect(codeOf(() => here.again().check('Ada', PIN))).toBe('pin.paused');
    here.clock.advanceTo(here.clock.now() + 30_000);
    expect(codeOf(() => here.again().check('Ada', PIN))).toBeUndefined();
  });

  it('lead to pauses that grow, up to a day', () => {
    wrong(5);
    for (const seconds of [30, 60, 120, 240]) {
      here.clock.advanceTo(here.clock.now() + seconds * 1000 - 1);
      expect(wrong(1)).toEqual(['pin.paused']);
      here.clock.advanceTo(here.clock.now() + 1);
      expect(wrong(1)).toEqual(['pin.wrong']);
    }
    const content = JSON.parse(readFileSync(keyFile(), 'utf8')) as object;
    writeFileSync(keyFile(), JSON.stringify({ ...content, wrongTries: 100, pausedUntil: 0 }));
    expect(wrong(1)).toEqual(['pin.wrong']);
    here.clock.advanceTo(here.clock.now() + 86_399_999);
    expect(wrong(1)).toEqual(['pin.paused']);
    here.clock.advanceTo(here.clock.now() + 1);
    expect(codeOf(() => here.keys.check('Ada', PIN))).toBeUndefined();
  });

  it('are forgotten with the right one', () => {
    for (let round = 0; round < 3; round += 1) {
      expect(wrong(4)).not.toContain('pin.paused');
      expect(codeOf(() => here.keys.check('Ada', PIN))).toBeUndefined();
    }
  });

  it('are counted before the PIN is looked at, so that ending the program gives none back', () => {
    wrong(3);
    const { wrongTries } = JSON.parse(readFileSync(keyFile(), 'utf8')) as { wrongTries: number };
    expect(wrongTries).toBe(3);
  });
});

describe('a key file that was tampered with', () => {
  const tamper = (change: (content: Record<string, Record<string, string>>) => void): void => {
    const content = JSON.parse(readFileSync(keyFile(), 'utf8')) as Record<string, Record<string, string>>;
    change(content);
    writeFileSync(keyFile(), JSON.stringify(content));
  };
  const flip = (base64: string): string => {
    const bytes = Buffer.from(base64, 'base64');
    bytes[0]! ^= 1;
    return bytes.toString('base64');
  };

  it.each(['key', 'iv', 'tag', 'salt'])('opens with no PIN (%s)', (field) => {
    tamper(({ sealed }) => (sealed![field] = flip(sealed![field]!)));
    expect(codeOf(() => here.keys.sign('Ada', PIN, challenge))).toBe('pin.wrong');
  });

  it('accepts no shortened tag', () => {
    tamper(({ sealed }) => (sealed!.tag = Buffer.from(sealed!.tag!, 'base64').subarray(0, 4).toString('base64')));
    expect(codeOf(() => here.keys.sign('Ada', PIN, challenge))).toBe('pin.wrong');
  });

  it('signs for nobody else: the device still belongs to its person', () => {
    const { publicKey } = here.keys.deviceOf('Ada');
    here.people.add('Ben');
    here.keys.create('Ben', 'bens own pin');
    const ben = here.keys.deviceOf('Ben');
    expect(here.people.owner(ben.device, publicKey)).toBeUndefined();
    expect(here.people.owner(ben.device, ben.publicKey)).toEqual({ person: 'Ben', roles: [] });
  });

  it('is said to be broken, with what to do', () => {
    writeFileSync(keyFile(), '{');
    expect(codeOf(() => here.keys.sign('Ada', PIN, challenge))).toBe('device.broken');
    expect(here.keys.has('Ada')).toBe(true);
  });
});

it('is no device any more once it was revoked, and can become a new one', () => {
  const { device, publicKey } = here.keys.deviceOf('Ada');
  here.people.revoke(device);
  expect(here.people.owner(device, publicKey)).toBeUndefined();
  expect(here.keys.has('Ada')).toBe(false);
  here.keys.create('Ada', 'a new PIN');
  expect(here.keys.has('Ada')).toBe(true);
  expect(here.people.find('Ada')?.devices.map(({ revokedAt }) => revokedAt !== undefined)).toEqual([true, false]);
});
