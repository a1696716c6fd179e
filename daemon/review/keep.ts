import type { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import { readInputs } from '../../shared/workflow/inputs.ts';
import type { Clock } from '../clock.ts';
import { keepJobs, type CronJob } from '../triggers/cron-jobs.ts';
import type { Engine } from '../engine/engine.ts';
import type { Graph } from '../graph/graph.ts';
import { graphId } from '../graph/graphs.ts';
import type { Journal } from '../journal/journal.ts';
import type { Rehearser } from '../rehearsal/rehearser.ts';
import { calledPages, findWorkflow } from '../workflows.ts';
import type { Review } from './service.ts';
import type { reviewSchema } from './settings.ts';
import { timeMarks } from '../triggers/time-marks.ts';

interface KeepOptions {
  settings: z.infer<typeof reviewSchema> | undefined;
  zone: string;
  clock: Clock;
  engine: Pick<Engine, 'propose'>;
  journal: Pick<Journal, 'cell' | 'transact'>;
  /** Folders of the configured graphs. */
  graphs: readonly string[];
  open(folder: string): Promise<Graph>;
  review: Pick<Review, 'writePage'>;
  rehearsals: Pick<Rehearser, 'hold'>;
  onProblem(title: string, error: unknown): void;
}

/** Reviews and rehearses at the configured times. Returns the way to stop. */
export function keepReviewing(options: KeepOptions): Promise<() => void> {
  const { settings = {}, zone, clock, journal, graphs, review, onProblem } = options;
  const { cron, rehearse = [] } = settings;
  const jobs: CronJob[] = [];
  if (cron !== undefined) {
    for (const folder of graphs) {
      const run = async (): Promise<void> => void (await review.writePage(graphId(folder)));
      jobs.push({ name: `review:${folder}`, cron, zone, run });
    }
  }
  for (const each of rehearse) {
    jobs.push({ name: `rehearse:${each.workflow}`, cron: each.cron, zone, run: () => rehearseOne(each, options) });
  }
  return keepJobs(jobs, {
    clock,
    marks: timeMarks(journal),
    onProblem,
  });
}

async function rehearseOne(
  { workflow, inputs }: NonNullable<z.infer<typeof reviewSchema>['rehearse']>[number],
  { engine, graphs, open, rehearsals, onProblem }: KeepOptions,
): Promise<void> {
  const [folder] = graphs;
  // A shipped workflow needs no graph; what does is then not found, and told.
  const graph = folder === undefined ? undefined : await open(folder).catch(() => undefined);
  const source = await findWorkflow(workflow, graph);
  const { definition } = source.parsed;
  if (!definition) throw fail('invalid', 'page.invalid', `“${workflow}” is no workflow that could be rehearsed.`);
  const pages = await calledPages(source, graph);
  const hash = await engine.propose(definition, pages);
  const given = inputs && readInputs(definition, inputs);
  if (given?.problems[0]) throw fail('invalid', given.problems[0].code, given.problems[0].message);
  const held = await rehearsals.hold({ hash, definition, pages, file: source.name, inputs: given?.values });
  if (!held.ok) onProblem(definition.header.title, fail('invalid', 'rehearsal.problems', held.problems.join('; ')));
}
