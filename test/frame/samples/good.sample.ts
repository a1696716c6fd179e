import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('passes and forgets its folder', () => {
  console.log(`folder: ${mkdtempSync(join(tmpdir(), 'forgotten-'))}`);
  expect(process.env.HOME?.startsWith(tmpdir())).toBe(true);
});
