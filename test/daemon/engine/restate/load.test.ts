import { expect, it } from 'vitest';
import { loadSdk } from '../../../../daemon/engine/restate/load.ts';

it('without the SDK it says what to install [scale.engine.optional]', async () => {
  const missing = loadSdk(() => Promise.reject(new Error('Cannot find package')));
  await expect(missing).rejects.toMatchObject({
    code: 'restate.missing',
    message: expect.stringContaining('npm install @restatedev/restate-sdk@') as string,
  });
});
