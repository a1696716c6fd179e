import { nearest } from '../nearest.ts';
import { expressionAt } from '../role.ts';
import { namesIn } from '../schema-names.ts';
import { holdsTemplate } from '../template.ts';
import type { Check, Subject, Visited } from './check.ts';
import { issuesOf, type Issue } from './issues.ts';
import { oneOf, oneOfAtHead } from '../article.ts';

/** Settings fit the role's schema, literals hold no expressions, and bare expressions are texts. */
export const settings: Check = {
  name: 'settings',
  run(subject) {
    for (const visited of subject.nodes) {
      const { node, shape } = visited;
      if (!shape) continue;
      for (const name of shape.literal ?? []) checkLiteral(subject, visited, name);
      for (const name of Object.keys(shape.expressions ?? {})) checkBare(subject, visited, name);
      const parsed = shape.settings.safeParse(node.settings);
      if (parsed.success) continue;
      for (const issue of issuesOf(parsed.error, node.settings)) tell(subject, visited, issue);
    }
  },
};

function checkLiteral(subject: Subject, visited: Visited, name: string): void {
  if (!holdsTemplate(visited.node.settings[name])) return;
  const message = `${name} is taken as it is written; it cannot hold \${{ }}.`;
  subject.report(visited, 'setting.literal', message, { setting: name });
}

function checkBare(subject: Subject, visited: Visited, name: string): void {
  const value = visited.node.settings[name];
  if (typeof value === 'string' && holdsTemplate(value)) {
    subject.report(visited, 'setting.template', `${name} is an expression already: write it without \${{ }}.`, {
      setting: name,
    });
  }
}

function tell(subject: Subject, visited: Visited, { is, path, said }: Issue): void {
  const { node, shape } = visited;
  const name = path.join('.');
  const setting = is === 'missing' ? path.slice(0, -1).join('.') : name;
  if (is === 'unknown') {
    const near = nearest(path.at(-1)!, namesIn(shape?.settings, path.slice(0, -1)));
    const message = `${oneOfAtHead(node.role)} has no setting “${name}”.${near ? ` Did you mean ${near}?` : ''}`;
    subject.report(visited, 'setting.unknown', message, { setting });
  } else if (is === 'missing') {
    subject.report(visited, 'setting.missing', `${oneOfAtHead(node.role)} needs the setting “${name}”.`, { setting });
  } else if (expressionAt(shape, name)) {
    const example = JSON.stringify(node.settings[name]);
    const message = `${name} is an expression, which is written as a text in quotes: ${name}: '${example}'.`;
    subject.report(visited, 'setting.type', message, { setting });
  } else {
    const message =
      path.length === 0 ? `The settings of ${oneOf(node.role)} do not go together: ${said}.` : `${name} ${said}.`;
    subject.report(visited, is === 'type' ? 'setting.type' : 'setting.invalid', message, { setting });
  }
}
