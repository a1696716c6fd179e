import type { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import type { Json } from '../../shared/json.ts';

/** What a step gave for a page, as the page's kind demands it. Throws `page.data`, naming each field that is wrong. */
export function readData<T>(kind: string, schema: z.ZodType<T>, data: Json): T {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    ({ path, message }) => `${path.map(String).join('.') || 'data'}: ${message}`,
  );
  throw fail('invalid', 'page.data', `The data for the page “${kind}” is not as it must be. ${problems.join('; ')}.`);
}
