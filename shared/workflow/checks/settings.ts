import { z } from 'zod';
import type { Json } from '../../json.ts';
import { nearest } from '../nearest.ts';
import { holdsTemplate } from '../template.ts';
import type { Check, Subject, Visited } from './check.ts';

/** Settings fit the role's schema, literals hold no expressions, and bare expressions are texts. */
export const settings: Check = {
  name: 'settings',
  run(subject) {
    for (const visited of subject.nodes) {
      const { node, shape } = visited;
      if (!shape) continue;
      for (const name of [...(shape.literal ?? []), ...Object.keys(shape.expressions ?? {})]) {
        if (name in node.settings) checkLiteral(subject, visited, name, name in (shape.expressions ?? {}));
      }
      const parsed = shape.settings.safeParse(node.settings);
      if (parsed.success) continue;
      for (const issue of parsed.error.issues) reportIssue(subject, visited, issue);
    }
  },
};

function checkLiteral(subject: Subject, visited: Visited, name: string, bare: boolean): void {
  const value = visited.node.settings[name] as Json;
  if (!holdsTemplate(value)) return;
  const message = bare
    ? `${name} is an expression already: write it without \${{ }}.`
    : `${name} is taken as it is written; it cannot hold \${{ }}.`;
  subject.report(visited, bare ? 'setting.template' : 'setting.literal', message, { setting: name });
}

type Issue = z.core.$ZodIssue;

function reportIssue(subject: Subject, visited: Visited, issue: Issue): void {
  const path = issue.path.map(String);
  const value = path.reduce<unknown>(
    (at, key) => (at as Record<string, unknown> | undefined)?.[key],
    visited.node.settings,
  );
  // A template stands for a value that is not known yet; what it gives is checked when it runs.
  if (holdsTemplate(value as Json)) return;
  if (issue.code === 'unrecognized_keys') {
    for (const key of issue.keys) {
      const known = Object.keys((visited.shape?.settings as { shape?: object } | undefined)?.shape ?? {});
      const near = nearest(key, known);
      const message = `A ${visited.node.role} has no setting “${key}”.${near ? ` Did you mean ${near}?` : ''}`;
      subject.report(visited, 'setting.unknown', message, { setting: [...path, key].join('.') });
    }
    return;
  }
  if (path.length > 0 && value === undefined && issue.code === 'invalid_type') {
    subject.report(visited, 'setting.missing', `A ${visited.node.role} needs the setting “${path.join('.')}”.`, {
      setting: path.slice(0, -1).join('.'),
    });
    return;
  }
  const code = name(issue);
  subject.report(visited, code, `${path.join('.') || 'The settings'}: ${plain(issue)}.`, { setting: path.join('.') });
}

function name(issue: Issue): string {
  return issue.code === 'invalid_type' ? 'setting.type' : 'setting.invalid';
}

function plain(issue: Issue): string {
  return (
    issue.message.replace(/^Invalid (?:input|string|option):? ?/, '').replace(/^expected/, 'must be') || issue.message
  );
}
