import { describe, expect, it } from 'vitest';
import { toFailure } from '../../shared/failure.ts';

describe('whatever was thrown, as a failure', () => {
  it.each(['ENOSPC', 'EDQUOT', 'SQLITE_FULL'])(
    'says of a full disk (%s) what to do [core.engine.full-disk]',
    (code) => {
      const failure = toFailure(Object.assign(new Error('no space left on device, write'), { code }));
      expect(failure).toMatchObject({ code: 'disk.full', retryable: false });
      expect(failure.message).toMatch(/no space left.*Make room.*resume/);
    },
  );

  it('keeps the message of what is foreign', () => {
    expect(toFailure(Object.assign(new Error('no such file'), { code: 'ENOENT' }))).toMatchObject({
      code: 'internal.error',
      message: 'no such file',
    });
    expect(toFailure('a text')).toMatchObject({ code: 'internal.error', message: 'a text' });
  });
});
