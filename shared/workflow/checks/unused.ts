import { isObject } from '../../json.ts';
import { tryCompile } from '../cel/program.ts';
import { isId } from '../identifier.ts';
import { inputsOf } from '../inputs.ts';
import { expressionAt } from '../role.ts';
import { expressionsIn, textsIn } from '../template.ts';
import type { Check, Subject, Visited } from './check.ts';

/** What is written and has no effect is told as a warning. */
export const unused: Check = {
  name: 'unused',
  run(subject) {
    for (const visited of subject.nodes) checkSettings(subject, visited);
    const used = inputsUsed(subject);
    for (const input of Object.keys(inputsOf(subject.definition))) {
      // A name that no expression can use is told as such.
      if (used === 'all' || used.has(input) || !isId(input)) continue;
      const message = `Nothing on this page uses the input “${input}”.`;
      subject.report(subject.nodes[0]!, 'input.unused', message, { setting: `inputs.${input}`, warning: true });
    }
  },
};

function checkSettings(subject: Subject, visited: Visited): void {
  const { role, settings } = visited.node;
  const tell = (setting: string, without: string): void => {
    const message = `${setting} means nothing without ${without}.`;
    subject.report(visited, 'setting.unused', message, { setting, warning: true });
  };
  if (role === 'repeat' && settings['in-a-row'] !== undefined && settings.until === undefined)
    tell('in-a-row', 'until');
  if (role === 'ask' && settings['on-timeout'] !== undefined && settings.timeout === undefined)
    tell('on-timeout', 'timeout');
  const { backoff } = settings;
  if (role === 'retry' && isObject(backoff) && backoff.factor !== undefined && backoff.kind !== 'exponential') {
    tell('backoff.factor', 'kind: exponential');
  }
}

function inputsUsed({ nodes }: Subject): ReadonlySet<string> | 'all' {
  const used = new Set<string>();
  for (const { node, shape } of nodes) {
    for (const [setting, value] of Object.entries(node.settings)) {
      for (const { text } of textsIn(value, '')) {
        const bare = expressionAt(shape, setting) !== undefined;
        for (const expression of bare ? [text] : expressionsIn(text)) {
          for (const { names } of tryCompile(expression)?.paths ?? []) {
            if (names[0] !== 'inputs') continue;
            if (names[1] === undefined) return 'all';
            used.add(names[1]);
          }
        }
      }
    }
  }
  return used;
}
