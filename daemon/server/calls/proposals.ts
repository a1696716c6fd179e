import { fail } from '../../../shared/failure.ts';
import type { Wish, ProposalResults } from '../../../shared/protocol/calls/proposals.ts';
import { keptBody, pinnedOf, type Office } from '../office.ts';
import type { Calls } from './call.ts';

/** Proposals are kept in memory: the most characters of one as JSON. */
const LONGEST_WISH = 64 * 1024;

/** What plugins ask people for, and what people see of it. */
export function proposalCalls(office: Office): Calls<keyof ProposalResults> {
  const { proposals, panel } = office;
  return {
    propose: ({ wish }, { peer }) => {
      requireSubject(office, wish);
      const { proposal } = proposals.add(wish, peer.right === 'propose' ? peer.name : peer.person);
      return { proposal, panel: `${panel}#/proposal/${proposal}` };
    },
    proposals: () => proposals.list(),
    'proposal.read': ({ proposal }) => proposals.read(proposal),
    'proposal.dismiss': ({ proposal }) => {
      proposals.dismiss(proposal);
      return null;
    },
  };
}

/** What is wished for must be about something that is there. */
function requireSubject(office: Office, wish: Wish): void {
  if (JSON.stringify(wish).length > LONGEST_WISH) {
    throw fail('invalid', 'call.size', 'A proposal with so much in it cannot be kept. Shorten its inputs.');
  }
  if (wish.kind === 'trust') keptBody(office, wish.definition);
  else if (wish.kind === 'start' || wish.kind === 'move') pinnedOf(office, wish.definition);
  if ('run' in wish && !office.journal.run(wish.run)) {
    throw fail('not-found', 'run.not_found', `There is no run ${wish.run} (any more).`);
  }
}
