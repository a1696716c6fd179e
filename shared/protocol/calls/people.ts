import { z } from 'zod';
import { id, type CallList } from '../fields.ts';

/** Who may sign here, and with what. */
export const PEOPLE_CALLS = {
  people: { right: 'sign', with: z.strictObject({}) },
  /** The plugins that were paired: nobody's in particular. `devices.revoke` takes them too. */
  plugins: { right: 'sign', with: z.strictObject({}) },
  'devices.revoke': { right: 'sign', with: z.strictObject({ device: id }) },
} as const satisfies CallList;

/** What they are answered with. */
export interface PeopleResults {
  people: { name: string; roles: string[]; devices: PersonDevice[] }[];
  plugins: PersonDevice[];
  'devices.revoke': null;
}

export interface PersonDevice {
  device: string;
  kind: 'terminal' | 'panel' | 'plugin';
  addedAt: number;
  revokedAt?: number;
  name?: string;
}
