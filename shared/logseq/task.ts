/** Tasks of a DB graph are no words of the text, but blocks with this property, which makes them tasks. */
export const STATUS = 'logseq.property/status';
export const TASK_TAG = 'logseq.class/Task';

/** A task's first word in a file graph, by its status in a DB graph. The first of a status is the one written. */
const MARKERS: readonly (readonly [status: string, marker: string])[] = [
  ['Todo', 'TODO'],
  ['Doing', 'DOING'],
  ['Done', 'DONE'],
  ['Canceled', 'CANCELED'],
  ['In Review', 'IN-REVIEW'],
  ['Backlog', 'BACKLOG'],
];
const TASK = new RegExp(`^(${MARKERS.map(([, marker]) => marker).join('|')})(?: |$)`);

/** A text as a DB graph has it: without its marker, and with the status that it says. */
export function splitTask(content: string): { text: string; status: string | null } {
  const marker = TASK.exec(content)?.[1];
  const status = MARKERS.find(([, each]) => each === marker)?.[0];
  return status === undefined ? { text: content, status: null } : { text: content.slice(marker!.length + 1), status };
}

/** The text with its marker, as everybody else has it. */
export function joinTask(text: string, status: unknown): string {
  const marker = MARKERS.find(([each]) => each === status)?.[1];
  return marker === undefined ? text : `${marker} ${text}`.trimEnd();
}
