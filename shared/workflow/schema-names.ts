/** As much of a zod schema as tells its fields, through what is wrapped around them. */
interface Fields {
  shape?: Record<string, Fields>;
  element?: Fields;
  valueType?: Fields;
  unwrap?(): Fields;
  in?: Fields;
}

/** The names that a schema knows at a path; none where it does not list them. */
export function namesIn(schema: unknown, path: readonly string[]): string[] {
  let at = bare(schema as Fields);
  for (const name of path) {
    const field = at?.shape && Object.hasOwn(at.shape, name) ? at.shape[name] : undefined;
    at = bare(field ?? at?.element ?? at?.valueType);
  }
  return Object.keys(at?.shape ?? {});
}

function bare(schema: Fields | undefined): Fields | undefined {
  let at = schema;
  while (at && !at.shape && !at.element && !at.valueType) {
    const inside = at.unwrap?.() ?? at.in;
    if (inside === at) break;
    at = inside;
  }
  return at;
}
