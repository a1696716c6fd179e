import type { Definition } from '../workflow/definition.ts';
import type { RunEvent } from './event.ts';
import { agentLines } from './timeline/agent.ts';
import { incidentLines } from './timeline/incident.ts';
import type { Draft, Lines, TimelineLine } from './timeline/line.ts';
import { nodeLines } from './timeline/node.ts';
import { peopleLines } from './timeline/people.ts';
import { runLines } from './timeline/run.ts';
import { SYSTEM, Teller } from './timeline/teller.ts';

export type { Evidence, TimelineLine } from './timeline/line.ts';

/** Which events have a line, and how it reads. */
const LINES: Lines = { ...runLines, ...nodeLines, ...peopleLines, ...incidentLines, ...agentLines };

/** The story of a run: what is worth telling, in order. Pure. */
export function timeline(events: readonly RunEvent[], definition: Definition): TimelineLine[] {
  const teller = new Teller(events, definition);
  return events.flatMap((event) => tell(event, teller) ?? []);
}

function tell(event: RunEvent, teller: Teller): TimelineLine | undefined {
  // The compiler holds that each line's payload fits its type.
  const draft = (LINES[event.type] as ((event: RunEvent, teller: Teller) => Draft | undefined) | undefined)?.(
    event,
    teller,
  );
  if (!draft) return undefined;
  const { seq, pos, at, node } = event;
  return { seq, pos, at, node, actor: SYSTEM, evidence: [], shown: true, ...draft };
}
