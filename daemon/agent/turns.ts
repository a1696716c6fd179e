import type { AgentTurn } from '../../shared/run/event.ts';
import type { NodeKey } from '../../shared/workflow/definition.ts';
import type { Journal } from '../journal/journal.ts';

/** The turns of models, as the journal has them. */
export interface Turns {
  /** Those of one conversation, in order. */
  of(run: string, conversation: string): AgentTurn[];
  /** Resolves when it is on the disk. */
  add(run: string, node: NodeKey, turn: AgentTurn): Promise<void>;
}

export function journaledTurns(journal: Pick<Journal, 'append' | 'events'>): Turns {
  return {
    of: (run, conversation) =>
      journal
        .events(run)
        .flatMap((event) =>
          event.type === 'agent.turn' && event.payload.conversation === conversation ? event.payload : [],
        ),
    async add(run, node, turn) {
      await journal.append(run, [{ type: 'agent.turn', node, payload: turn }]);
    },
  };
}
