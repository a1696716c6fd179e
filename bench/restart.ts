import { restartWaitingRuns, type Restarted } from '../test/fakes/waiting-runs.ts';
import type { Figure } from './bench.ts';
import { processorMs } from './processor-time.ts';

const SIGNED = 1_000;
const WITHIN_MS = 600_000;

/** What it takes until runs at gates have got over the death of worker, hub and Restate, and completed by their signatures. */
export async function measureRestart(): Promise<Figure[]> {
  let processor = 0;
  const { took, completed, doubled } = await restartWaitingRuns(
    { signed: SIGNED, asked: 0 },
    WITHIN_MS,
    (phase, { workers, restate }, hub) => {
      if (phase !== 'begin' && phase !== 'sign') return;
      for (const pid of [hub, workers[0]?.pid, restate.nodes[0]?.pid]) processor += processorMs(pid ?? 0) ?? Number.NaN;
    },
  );
  if (completed !== SIGNED || doubled !== 0) throw new Error(`${completed} completed, ${doubled} effects doubled`);
  const figure = (what: string, phase: keyof Restarted['took']): Figure => {
    return { what: `${SIGNED} runs at gates: ${what}`, value: Number(took[phase].toFixed(1)), unit: 's' };
  };
  return [
    figure('from the start until all wait', 'begin'),
    figure('from kill -9 of everything until all are known to wait', 'restart'),
    figure('from the first signature until all have completed', 'sign'),
    ...(Number.isNaN(processor)
      ? []
      : [
          {
            what: 'processor time of hub, worker and Restate for that',
            value: Math.round(processor / 1_000),
            unit: 's',
          },
        ]),
  ];
}
