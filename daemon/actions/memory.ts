import { z } from 'zod';
import type { RunState } from '../../shared/run/state.ts';
import { defineAction } from './action.ts';

const json = z.json();

/** Whether something remembered was not this run's own, or was made from what comes from elsewhere. */
function isForeign({ remembered }: RunState, key: string): boolean {
  const own = remembered.findLast((entry) => entry.key === key);
  return own === undefined || own.taint !== undefined;
}

const readInput = z.strictObject({ key: z.string().min(1) });
const readOutput = z.object({ found: z.boolean(), key: z.string(), value: json });

export const memoryRead = defineAction<z.infer<typeof readInput>, z.infer<typeof readOutput>>({
  name: 'memory.read',
  summary: 'Reads one thing that was remembered.',
  effect: 'read',
  input: readInput,
  output: readOutput,
  taints: ({ found, key }, state) => found && isForeign(state, key),
  recalls: ({ key }) => (/^[A-Za-z_]\w*$/.test(key) ? `memory.${key}` : 'memory'),
  async run({ key }, context) {
    const value = context.services.memory.read(key);
    return { found: value !== undefined, key, value: value ?? null };
  },
});

const searchInput = z.strictObject({ words: z.string().min(1), limit: z.int().min(1).max(100).default(10) });
const searchOutput = z.object({
  count: z.number(),
  results: z.array(z.object({ key: z.string(), value: json, at: z.iso.datetime() })),
});

export const memorySearch = defineAction<z.infer<typeof searchInput>, z.infer<typeof searchOutput>>({
  name: 'memory.search',
  summary: 'Finds what was remembered by words in its key or value, newest first.',
  effect: 'read',
  input: searchInput,
  output: searchOutput,
  taints: ({ results }, state) => results.some(({ key }) => isForeign(state, key)),
  recalls: () => 'memory',
  async run({ words, limit }, context) {
    const found = context.services.memory.search(words, limit);
    const results = found.map(({ key, value, at }) => ({ key, value, at: new Date(at).toISOString() }));
    return { count: results.length, results };
  },
});
