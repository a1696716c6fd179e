import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { enrol, needsVoucher } from '../../../daemon/people/enrol.ts';
import { markAsDemo, unattendedSigner } from '../../../daemon/people/unattended.ts';
import { createPeopleHome, type PeopleHome } from '../../fakes/people.ts';

let here: PeopleHome;
beforeEach(() => void (here = createPeopleHome()));
afterEach(() => here.remove());

const add = (newcomer: Parameters<typeof enrol>[2]): void => enrol(here.people, here.keys, newcomer);

describe('a new person', () => {
  it('adds themselves when they are the first', () => {
    expect(needsVoucher(here.people, here.keys)).toBe(false);
    add({ name: 'Ada', roles: ['release-manager'], pin: 'adas pin' });
    expect(here.people.list()).toMatchObject([
      { name: 'Ada', roles: ['release-manager'], devices: [{ kind: 'terminal' }] },
    ]);
    expect(here.keys.has('Ada')).toBe(true);
    expect(needsVoucher(here.people, here.keys)).toBe(true);
  });

  it('needs somebody who vouches, as soon as anybody can sign [core.people.vouched]', () => {
    add({ name: 'Ada', pin: 'adas pin' });
    expect(() => add({ name: 'Eve', pin: 'eves pin' })).toThrow(/vouch for Eve.*Ada/);
    expect(() => add({ name: 'Eve', pin: 'eves pin', voucher: { name: 'Ada', pin: 'eves pin' } })).toThrow(
      /not Ada's PIN/,
    );
    expect(() => add({ name: 'Eve', pin: 'eves pin', voucher: { name: 'Eve', pin: 'eves pin' } })).toThrow(
      /cannot sign for Eve/,
    );
    expect(here.people.list().map(({ name }) => name)).toEqual(['Ada']);
    add({ name: 'Ben', pin: 'bens pin', voucher: { name: 'Ada', pin: 'adas pin' } });
    expect(here.keys.has('Ben')).toBe(true);
  });

  it('is not added at all with a PIN that is too short', () => {
    expect(() => add({ name: 'Ada', pin: '12345' })).toThrow(/at least 6/);
    expect(here.people.list()).toEqual([]);
  });

  it.each(['', '   ', 'two\nlines', 'hidden\u202eeman', 'x'.repeat(101)])(
    'has a name that can be read: not %j',
    (name) => {
      expect(() => add({ name, pin: 'a good pin' })).toThrow(/name is one line/);
    },
  );

  it('may have a name as long as a name may be', () => {
    const name = '🦉'.repeat(50);
    add({ name, pin: 'a good pin' });
    expect(here.keys.has(name)).toBe(true);
  });

  it('is the same however their name is composed, and whatever blanks are around it', () => {
    add({ name: ' Jose\u0301 ', pin: 'joses pin' });
    expect(here.people.list().map(({ name }) => name)).toEqual(['Jos\u00e9']);
    for (const name of ['Jos\u00e9', 'Jose\u0301', ' JOS\u00c9']) {
      expect(here.people.find(name)?.name).toBe('Jos\u00e9');
      expect(here.keys.has(name)).toBe(true);
    }
  });

  it('is there once, in whatever case', () => {
    add({ name: 'Ada', pin: 'adas pin' });
    expect(() => add({ name: 'ADA', pin: 'adas pin', voucher: { name: 'Ada', pin: 'adas pin' } })).toThrow(/already/);
  });
});

describe('signing without a terminal', () => {
  it('is possible in the data directory of the demo alone [core.signature.unattended]', () => {
    expect(unattendedSigner(here.home)).toBeUndefined();
    const demo = markAsDemo(here.home);
    expect(unattendedSigner(here.home)).toEqual(demo);
    expect(existsSync(join(here.home, 'demo'))).toBe(true);
  });

  it('gains nothing from a mark that somebody else made: there is no key for it, and no way to one without a PIN', () => {
    add({ name: 'Ada', pin: 'adas pin' });
    const { person, pin } = markAsDemo(here.home);
    expect(() => here.keys.sign(person, pin, { nonce: 'once', digest: '' })).toThrow(/cannot sign for demo/);
    expect(() => add({ name: person, pin })).toThrow(/vouch/);
  });
});
