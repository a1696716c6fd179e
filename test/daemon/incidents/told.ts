import type { TestEngine } from '../../fakes/engine.ts';
import { ADA } from '../../fakes/incident.ts';

/** Has a person say what it is about, add a line to the timeline, and correct the line that an alert made. */
export async function tellThrice({ engine }: TestEngine, run: string): Promise<void> {
  await engine.tell(run, { change: { summary: 'Every fifth request fails.' } }, ADA);
  await engine.tell(run, { change: { note: 'Called the provider.' } }, ADA);
  await engine.tell(run, { line: 3, deed: 'correct', text: 'The pool ran dry', why: 'it was the pool' }, ADA);
}
