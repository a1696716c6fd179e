import { expect, it } from 'vitest';

it('passes', () => expect(1).toBe(1));
it.runIf(process.env.NEVER)('needs what is not there', () => expect(1).toBe(1));
