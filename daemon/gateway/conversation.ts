import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import type { ServerNotification, ServerRequest } from '@modelcontextprotocol/sdk/types.js';
import { fail } from '../../shared/failure.ts';
import type { Actor } from '../../shared/run/event.ts';
import { personaIn, stagesInForce } from '../../shared/run/stages.ts';
import type { NodeState, RunState } from '../../shared/run/state.ts';
import { pathOf } from '../../shared/workflow/definition.ts';
import type { Post } from '../personas/tool-calls.ts';
import type { GatewayMeans } from './means.ts';

export type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

/** The run that a session is attached to, as it is now, with the stage in force and whom the agent works as in it. */
export interface Place {
  state: RunState;
  stage?: NodeState;
  persona?: string;
}

/** What one request of an agent is answered with. */
export interface Conversation {
  means: GatewayMeans;
  /** The agent as the timeline names it. */
  by: Actor;
  /** Undefined for a session that is attached to no run. */
  place: Place | undefined;
  extra: Extra;
}

/** The place in a run: the stage of this id, or the one that was begun last, as long as something goes on in it. */
export function placeIn(state: RunState, stageId: string | undefined): Place {
  const stages = stagesInForce(state).toSorted((one, other) => one.startedAt - other.startedAt);
  const stage = stageId === undefined ? stages.at(-1) : stages.findLast(({ key }) => idOf(key) === stageId);
  const persona = personaIn(stage);
  return { state, ...(stage ? { stage } : {}), ...(persona === undefined ? {} : { persona }) };
}

function idOf(key: string): string {
  return pathOf(key).split('/').at(-1)!;
}

/** Tells places apart that have other tools; empty where no stage is in force. */
export function signatureOf(place: Place | undefined): string {
  return place?.stage ? `${place.stage.key} ${place.stage.startedAt} ${place.persona}` : '';
}

/** Where and as whom an agent works in a place; undefined while nobody works there. */
export function postIn(place: Place | undefined): Post | undefined {
  if (!place?.stage || place.persona === undefined) return undefined;
  return { run: place.state.run, node: place.stage.key, persona: place.persona };
}

/** A name that somebody gives itself, as one line without anything that a terminal or a page would take for its own. */
export function plain(text: string): string {
  const cleaned = text
    .replace(/[^\p{L}\p{N} ._-]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 80);
  return cleaned === '' ? 'an agent' : cleaned;
}

/** The run of a conversation. Throws `agent.unattached`. */
export function attachedTo({ place }: Conversation): Place {
  if (place) return place;
  throw fail(
    'denied',
    'agent.unattached',
    'This session is attached to no run, so it can only read. Attach one: stagebook mcp --run RUN, or /mcp?run=RUN.',
  );
}

/** Where and as whom the agent works now. Throws `agent.unattached`, `agent.no_stage`. */
export function postOf(conversation: Conversation): Post {
  const place = attachedTo(conversation);
  const post = postIn(place);
  if (post) return post;
  const { state } = place;
  throw fail(
    'denied',
    'agent.no_stage',
    `No stage of “${state.title}” #${state.number} is in force now (it is ${state.status}), so nobody works in it. Wait for the next one.`,
  );
}
