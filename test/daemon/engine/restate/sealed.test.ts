import { describe, expect, it } from 'vitest';
import { seal, unseal } from '../../../../daemon/engine/restate/sealed.ts';

describe('a message to a run', () => {
  it('is taken as it was sealed [scale.engine.sealed]', () => {
    expect(unseal(seal({ run: 'a', events: [] }, 'token'), 'token')).toEqual({ run: 'a', events: [] });
  });

  it.each([
    ['with another token', seal({ run: 'a' }, 'another token')],
    ['with something else in it', { ...seal({ run: 'a' }, 'token'), sealed: '{"run":"b"}' }],
    ['with half a seal', { ...seal({ run: 'a' }, 'token'), mac: seal({ run: 'a' }, 'token').mac.slice(2) }],
    ['with none', { sealed: '{"run":"a"}' } as never],
    ['that is none', null as never],
  ])('%s is not taken [scale.engine.sealed]', (_how, message) => {
    expect(() => unseal(message, 'token')).toThrow(expect.objectContaining({ code: 'restate.unsealed' }) as Error);
  });
});
