import type { Definition } from '../definition.ts';
import { walk } from '../definition.ts';
import type { Check } from './check.ts';

/** Called pages exist, get the inputs they need, and never lead back to themselves. */
export const calls: Check = {
  name: 'calls',
  run(subject) {
    const page = subject.catalogue.page;
    if (!page) return;
    for (const visited of subject.nodes) {
      const { node } = visited;
      if (node.role !== 'call' || typeof node.settings.page !== 'string') continue;
      const name = node.settings.page;
      const called = page(name)?.definition;
      if (!called) {
        subject.report(visited, 'call.page', `There is no workflow page “${name}”.`, { setting: 'page' });
        continue;
      }
      const circle = circleFrom(name, called, (other) => page(other)?.definition, subject.definition.header.title);
      if (circle)
        subject.report(visited, 'call.cyclic', `These pages call each other in a circle: ${circle.join(' → ')}.`, {
          setting: 'page',
        });
      const given = (node.settings.with ?? {}) as object;
      for (const [input, declared] of Object.entries(
        (called.header.settings.inputs ?? {}) as Record<string, { default?: unknown }>,
      )) {
        if (input in given || declared.default !== undefined) continue;
        subject.report(visited, 'call.input', `“${name}” needs the input “${input}”.`, { setting: 'with' });
      }
    }
  },
};

function circleFrom(
  name: string,
  definition: Definition,
  page: (name: string) => Definition | undefined,
  root: string,
): string[] | undefined {
  const stack: { name: string; definition: Definition; trail: string[] }[] = [{ name, definition, trail: [root] }];
  const done = new Set<string>();
  for (let at = stack.pop(); at; at = stack.pop()) {
    if (at.trail.includes(at.name) || at.definition.header.title === root) return [...at.trail, at.name];
    if (done.has(at.name)) continue;
    done.add(at.name);
    for (const { node } of walk(at.definition.body)) {
      if (node.role !== 'call') continue;
      const next = page(String(node.settings.page));
      if (next) stack.push({ name: String(node.settings.page), definition: next, trail: [...at.trail, at.name] });
    }
  }
  return undefined;
}
