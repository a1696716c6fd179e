import { expect, it } from 'vitest';
import { createRedactor } from '../../../daemon/secrets/redact.ts';
import { createSecrets } from '../../../daemon/secrets/secrets.ts';

const keychain = (name: string): Promise<string | undefined> =>
  Promise.resolve(name === 'KEPT' ? 'from the keychain' : undefined);

it('finds a secret in the environment, under its own prefix first, then in the keychain', async () => {
  const environment = {
    STAGEBOOK_SECRET_A: 'own prefix',
    A: 'plain',
    B: 'only plain',
    STAGEBOOK_SECRET_B: '',
    KEPT: '',
  };
  const secrets = createSecrets(environment, createRedactor(), keychain);
  expect(await secrets.read('A')).toBe('own prefix');
  expect(await secrets.read('B')).toBe('only plain');
  expect(await secrets.read('KEPT')).toBe('from the keychain');
  expect(await secrets.has('KEPT')).toBe(true);
  expect(await secrets.has('C')).toBe(false);
});

it.each(['constructor', 'toString', '__proto__'])(
  'finds nothing under the name %s, which every object has',
  async (name) => {
    const secrets = createSecrets({}, createRedactor(), keychain);
    expect(await secrets.has(name)).toBe(false);
    await expect(secrets.read(name)).rejects.toMatchObject({ code: 'secret.missing' });
  },
);

it('says how to give one that is missing', async () => {
  const secrets = createSecrets({}, createRedactor(), keychain);
  await expect(secrets.read('NPM_TOKEN')).rejects.toMatchObject({
    code: 'secret.missing',
    message: expect.stringContaining('STAGEBOOK_SECRET_NPM_TOKEN') as string,
  });
});

it('hides a value everywhere from the moment it was read', async () => {
  const redactor = createRedactor();
  const secrets = createSecrets({ NPM_TOKEN: 'npm_0123456789' }, redactor, keychain);
  expect(redactor.redact('npm_0123456789')).toBe('npm_0123456789');
  await secrets.read('NPM_TOKEN');
  expect(redactor.redact({ log: 'Bearer npm_0123456789' })).toEqual({ log: 'Bearer ‹secret NPM_TOKEN›' });
});
