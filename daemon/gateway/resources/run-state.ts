import { fail } from '../../../shared/failure.ts';
import type { RunState } from '../../../shared/run/state.ts';
import type { Conversation } from '../conversation.ts';
import type { GatewayResource } from '../resource.ts';
import { runView } from '../run-view.ts';

const URI = /^stagebook:\/\/runs\/([0-9a-z]+)$/;

/** How a run stands, as JSON. An attached session sees its own only. */
export const runState: GatewayResource = {
  templates: [
    {
      uriTemplate: 'stagebook://runs/{run}',
      name: 'run',
      description: 'How a run stands: its stages and steps, what waits for whom, its notes.',
      mimeType: 'application/json',
    },
  ],
  list: ({ place, means }) =>
    (place ? [place.state] : means.engine.list({ limit: 20 })).map(({ run, title, number, status }) => ({
      uri: `stagebook://runs/${run}`,
      name: `${title} #${number}`,
      description: `How this run stands (${status}).`,
      mimeType: 'application/json',
    })),
  read(uri, conversation) {
    const run = URI.exec(uri)?.[1];
    if (run === undefined) return undefined;
    const text = JSON.stringify(runView(stateOf(run, conversation)), null, 2);
    return { uri, mimeType: 'application/json', text: conversation.means.redact(text) };
  },
  changes: (uri, events) => events.some(({ run }) => uri === `stagebook://runs/${run}`),
};

/** A run's state, where this session may see it. Throws `agent.other_run`, `run.not_found`. */
function stateOf(run: string, { place, means }: Conversation): RunState {
  if (!place) return means.engine.state(run);
  if (place.state.run === run) return place.state;
  throw fail('denied', 'agent.other_run', `This session is attached to the run ${place.state.run} and sees no other.`);
}
