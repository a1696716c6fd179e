import type { RunEvent } from '../event.ts';
import type { RunState } from '../state.ts';

type OfAgent = Extract<
  RunEvent,
  { type: `persona.${string}` | 'tools.offered' | `tool.${string}` | `agent.${string}` }
>;

/** What personas allowed and refused, and what models and agents were offered, called and said. */
export function applyToAgent(state: RunState, event: OfAgent): void {
  switch (event.type) {
    case 'persona.switched': {
      state.persona = event.payload.to;
      const stage = state.nodes.get(event.node);
      if (stage) stage.switched = event.payload.to;
      return;
    }
    case 'persona.refused':
      state.refusals.push({ at: event.at, node: event.node, ...event.payload });
      return;
    case 'tools.offered': {
      const same = (offer: RunState['offers'][number]): boolean =>
        offer.node === event.node && offer.to === event.payload.to && offer.persona === event.payload.persona;
      state.offers = [
        ...state.offers.filter((offer) => !same(offer)),
        { at: event.at, node: event.node, ...event.payload },
      ];
      return;
    }
    case 'tool.called':
      state.toolCalls.push({ at: event.at, node: event.node, ...event.payload });
      return;
    case 'tool.ended': {
      const { call, outcome, tokens } = event.payload;
      const failure = 'failure' in event.payload ? { failure: event.payload.failure } : {};
      const open = state.toolCalls.findLast((other) => other.call === call);
      if (open) Object.assign(open, { endedAt: event.at, outcome, tokens }, failure);
      return;
    }
    case 'agent.turn': {
      const { turn, model, text, tokens, cost } = event.payload;
      const price = cost === undefined ? {} : { cost };
      state.agentTurns.push({ at: event.at, node: event.node, turn, model, text, tokens, ...price });
      return;
    }
  }
}
