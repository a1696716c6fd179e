import type { Json, JsonSchema } from '../../json.ts';
import type { Subject, Visited } from './check.ts';

/** Compares a route's cases with the values that its `by` can have, where these are known. */
export function checkRouteValues(subject: Subject, route: Visited, schema: JsonSchema | undefined): void {
  const possible = Array.isArray(schema?.enum) ? schema.enum : undefined;
  if (!possible) return;
  const handled = new Set<Json>();
  for (const part of route.node.children) {
    const values = [part.settings.is ?? []].flat();
    for (const value of values) handled.add(value);
    if (values.length === 0 || values.some((value) => possible.includes(value))) continue;
    const message = `This is never taken: by can only be ${possible.map(String).join(', ')}.`;
    subject.report(subject.visited(part), 'case.unreachable', message, { setting: 'is' });
  }
  const open = possible.filter((value) => !handled.has(value));
  if (open.length === 0 || route.node.settings.default !== undefined) return;
  const message = `Nothing is said for ${open.map(String).join(', ')}: add a case or a default, or the run fails there.`;
  subject.report(route, 'route.open', message, { setting: 'by', warning: true });
}
