import { z } from 'zod';
import { id, name, object, type CallList } from '../fields.ts';

/** What a plugin may ask for; a person decides on it in the panel, which shows it under `#/proposal/<id>`. */
export const wish = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('start'),
    definition: id,
    inputs: object,
    dryRun: z.boolean().optional(),
    graph: name.optional(),
    page: name.optional(),
  }),
  z.strictObject({ kind: z.literal('trust'), definition: id }),
  z.strictObject({ kind: z.literal('sign-off'), run: id, node: name, signOff: name }),
  z.strictObject({ kind: z.literal('answer'), run: id, node: name }),
  z.strictObject({ kind: z.literal('skip'), run: id, node: name }),
  z.strictObject({ kind: z.literal('resume'), run: id, from: name.optional() }),
  /** Go on with the edited page. */
  z.strictObject({ kind: z.literal('move'), run: id, definition: id }),
  z.strictObject({ kind: z.literal('cancel'), run: id }),
]);

export type Wish = z.infer<typeof wish>;

/** What plugins ask people for. */
export const PROPOSAL_CALLS = {
  /** Asks a person; see `Wish`. Gives where the panel shows it. */
  propose: { right: 'propose', with: z.strictObject({ wish }) },
  proposals: { right: 'sign', with: z.strictObject({}) },
  'proposal.read': { right: 'sign', with: z.strictObject({ proposal: id }) },
  'proposal.dismiss': { right: 'sign', with: z.strictObject({ proposal: id }) },
} as const satisfies CallList;

/** What they are answered with. */
export interface ProposalResults {
  propose: { proposal: string; panel: string };
  proposals: Proposal[];
  'proposal.read': Proposal;
  'proposal.dismiss': null;
}

export interface Proposal {
  proposal: string;
  wish: Wish;
  at: number;
  /** The plugin's name in `stagebook devices`. */
  from: string;
}
