import { z } from 'zod';
import { look } from '../browser/look.ts';
import { parseDuration } from '../../shared/workflow/duration.ts';
import { appSettings, withApp } from '../served/app.ts';
import { defineAction } from './action.ts';

const input = z.strictObject({
  ...appSettings,
  directory: z.string().default('.').meta({ description: 'Where the application is started.' }),
  runs: z.int().min(1).max(50).default(5),
  warm_up: z
    .int()
    .min(0)
    .max(5)
    .default(1)
    .meta({ description: 'Loads before the measured ones, which do not count.' }),
  limit: z.string().default('3m'),
});
const output = z.object({
  median_ms: z.number().meta({ description: 'From the start of the navigation to the end of the load event.' }),
  slowest_ms: z.number(),
  runs_ms: z.array(z.number()),
  url: z.string(),
});

/** Each load is a first visit (a new browser context, nothing cached); the median says more than the mean. */
export const browserLoadTime = defineAction<z.infer<typeof input>, z.infer<typeof output>>({
  name: 'browser.load_time',
  summary: 'Measures how long a page takes to load in a real browser, the median over some runs.',
  effect: 'repeatable',
  taints: true,
  input,
  output,
  touches: { paths: ['directory'] },

  async run({ directory, runs, warm_up, limit, ...app }, context) {
    return withApp(app, directory, context, async (url) => {
      const { runs: measured } = await look({ kind: 'load', url, runs, warm_up }, context, parseDuration(limit));
      return { median_ms: median(measured), slowest_ms: Math.max(...measured), runs_ms: measured, url };
    });
  },
});

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
