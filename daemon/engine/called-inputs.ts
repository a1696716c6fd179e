import { fail } from '../../shared/failure.ts';
import type { JsonObject } from '../../shared/json.ts';
import type { Definition } from '../../shared/workflow/definition.ts';
import { readInputs } from '../../shared/workflow/inputs.ts';

/**
 * What a called page gets: as it declares its inputs, with its defaults, like a run that somebody starts. Throws `call.input` when
 * what came out of the caller's expressions does not fit; in a dry run nothing real came out of them, and it goes on.
 */
export function calledInputs(
  page: string,
  definition: Definition,
  given: JsonObject,
  { dryRun }: { dryRun: boolean },
): JsonObject {
  const { values, problems } = readInputs(definition, given);
  const [first] = problems;
  if (!first) return values;
  if (dryRun) return { ...given, ...values };
  throw fail('invalid', 'call.input', `“${page}” cannot be called: ${first.message} Mend the call's “with”.`);
}
