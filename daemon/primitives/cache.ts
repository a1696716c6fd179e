import { z } from 'zod';
import type { Json } from '../../shared/json.ts';
import { parseDuration } from '../../shared/workflow/duration.ts';
import { definePrimitive, duration, lastOutput } from './primitive.ts';

type Kept = { output: Json; at: number };
type Looked = { hit: boolean; output: Json };

/** The recorded output of its part, reused across runs for a time. What is inside only reads (a check sees to it). */
export const cache = definePrimitive<{ key: Json; ttl: string }>({
  role: 'cache',
  summary: 'What its part gave before, for a time; else its part, which only reads.',
  work: true,
  settings: z.strictObject({
    id: z.string().optional(),
    key: z.json().meta({ description: 'What has the same key has the same output.' }),
    ttl: duration.meta({ description: 'How long it holds.' }),
  }),
  body: { kind: 'work', min: 1, max: 1 },
  siblings: 'in-order',
  after: () => 'maybe',
  output: lastOutput,
  async run(x) {
    const part = x.node.children[0]!;
    const name = `cache:${x.digest({ part: part as unknown as Json, persona: x.persona, key: x.settings.key })}`;
    const cell = x.durable.cell<Kept>(name);
    const looked = await cell.update<Looked>(x.key, 'looked', (kept) => {
      const fresh = kept !== undefined && x.durable.now() < kept.at + parseDuration(x.settings.ttl);
      return { value: kept, result: fresh ? { hit: true, output: kept.output } : { hit: false, output: null } };
    });
    if (looked.hit) return looked.output;
    const output = await x.child(part);
    // What a dry run makes up is for nobody else.
    if (x.dryRun) return output;
    await cell.update(x.key, 'kept', () => ({ value: { output, at: x.durable.now() }, result: true }));
    return output;
  },
});
