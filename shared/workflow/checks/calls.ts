import { isObject } from '../../json.ts';
import { walk, type Definition } from '../definition.ts';
import { inputsOf, readValue, wanted } from '../inputs.ts';
import { nearest } from '../nearest.ts';
import { holdsTemplate } from '../template.ts';
import type { Check, Subject, Visited } from './check.ts';

/** Called pages exist, get the inputs they need, and never lead back to themselves. */
export const calls: Check = {
  name: 'calls',
  run(subject) {
    const { page } = subject.catalogue;
    if (!page) return;
    const circles = new Map<string, string[] | undefined>();
    for (const visited of subject.nodes) {
      const { page: name } = visited.node.settings;
      if (visited.node.role !== 'call' || typeof name !== 'string' || holdsTemplate(name)) continue;
      const called = page(name)?.definition;
      if (!called) {
        const message = `There is no page “${name}” that can be read as a workflow.`;
        subject.report(visited, 'call.page', message, { setting: 'page' });
        continue;
      }
      const find = (other: string) => page(other)?.definition;
      if (!circles.has(name)) circles.set(name, circleFrom(name, called, find, subject.definition));
      const circle = circles.get(name);
      if (circle) {
        const message = `These pages call each other in a circle: ${circle.join(' → ')}.`;
        subject.report(visited, 'call.cyclic', message, { setting: 'page' });
      }
      checkInputs(subject, visited, name, called);
    }
  },
};

function checkInputs(subject: Subject, visited: Visited, name: string, called: Definition): void {
  const given = visited.node.settings.with ?? {};
  const declared = inputsOf(called);
  if (!isObject(given)) return;
  for (const [input, value] of Object.entries(given)) {
    const setting = `with.${input}`;
    if (!Object.hasOwn(declared, input)) {
      const near = nearest(input, Object.keys(declared));
      const message = `“${name}” takes no input “${input}”.${near ? ` Did you mean ${near}?` : ''}`;
      subject.report(visited, 'call.input', message, { setting });
    } else if (!holdsTemplate(value) && readValue(declared[input]!, value) === undefined) {
      subject.report(visited, 'call.input', `The input “${input}” of “${name}” must be ${wanted(declared[input]!)}.`, {
        setting,
      });
    }
  }
  for (const [input, { default: standard }] of Object.entries(declared)) {
    if (standard !== undefined || Object.hasOwn(given, input)) continue;
    subject.report(visited, 'call.input', `“${name}” needs the input “${input}”.`, { setting: 'with' });
  }
}

/** The pages of a circle that a called page leads into, in order; undefined when there is none. */
function circleFrom(
  name: string,
  definition: Definition,
  page: (name: string) => Definition | undefined,
  checked: Definition,
): string[] | undefined {
  const root = checked.header.title;
  // A page of another name may have the same title.
  const isChecked = (other: Definition): boolean =>
    other === checked || (other.header.title === root && JSON.stringify(other) === JSON.stringify(checked));
  const stack = [{ name, definition, trail: [root] }];
  const done = new Set<string>();
  for (let at = stack.pop(); at; at = stack.pop()) {
    const trail = [...at.trail, at.name];
    if (at.trail.includes(at.name) || isChecked(at.definition)) return trail;
    if (done.has(at.name)) continue;
    done.add(at.name);
    for (const { node } of walk(at.definition.body)) {
      if (node.role !== 'call') continue;
      const called = String(node.settings.page);
      if (called === root) return [...trail, called];
      const next = page(called);
      if (next) stack.push({ name: called, definition: next, trail });
    }
  }
  return undefined;
}
