import { z } from 'zod';
import { isObject, type JsonObject } from '../../json.ts';
import { nearest } from '../nearest.ts';
import type { ActionShape } from '../role.ts';
import { holdsTemplate } from '../template.ts';
import type { Check, Subject, Visited } from './check.ts';
import { issuesOf } from './issues.ts';

/** Steps name actions that exist, with settings and code that these take. */
export const actions: Check = {
  name: 'actions',
  run(subject) {
    const { catalogue } = subject;
    for (const visited of subject.nodes) {
      const { uses } = visited.node.settings;
      if (visited.node.role !== 'step' || typeof uses !== 'string' || holdsTemplate(uses)) continue;
      const action = catalogue.actions.get(uses);
      if (!action) {
        const near = nearest(uses, catalogue.actions.keys());
        const message = `There is no action “${uses}”.${near ? ` Did you mean ${near}?` : ''}`;
        subject.report(visited, 'action.unknown', message, { setting: 'uses' });
        continue;
      }
      checkSource(subject, visited, action);
      checkInput(subject, visited, action);
    }
  },
};

function checkSource(subject: Subject, visited: Visited, { name, takesSource }: ActionShape): void {
  const { source } = visited.node;
  if (!source) return;
  if (!takesSource) {
    const message = `${name} takes no code: remove the ${source.language || 'second'} fence.`;
    subject.report(visited, 'action.source', message);
  } else if (source.text.includes('${{')) {
    const message =
      'Code is run as it is written: ${{ }} in it stands for nothing. Hand values to it through its settings.';
    subject.report(visited, 'source.template', message, { warning: true });
  }
}

const parsers = new WeakMap<JsonObject, z.ZodType>();

function parserOf(schema: JsonObject): z.ZodType {
  let parser = parsers.get(schema);
  if (!parser) {
    parser = z.fromJSONSchema(schema);
    parsers.set(schema, parser);
  }
  return parser;
}

function checkInput(subject: Subject, visited: Visited, { name, input, literal }: ActionShape): void {
  const given = visited.node.settings.with ?? {};
  if (!isObject(given)) return;
  const known = isObject(input.properties) ? Object.keys(input.properties) : [];
  const open = isObject(input.additionalProperties) || input.additionalProperties === true;
  const unknown = open || known.length === 0 ? [] : Object.keys(given).filter((setting) => !known.includes(setting));
  for (const setting of unknown) {
    const near = nearest(setting, known);
    const hint = near ? `Did you mean ${near}?` : `It takes ${known.join(', ')}.`;
    subject.report(visited, 'input.unknown', `${name} takes no “${setting}”. ${hint}`, { setting: `with.${setting}` });
  }
  for (const setting of literal ?? []) {
    if (!holdsTemplate(given[setting])) continue;
    const message = `${setting} is run as it is written; it cannot hold \${{ }}. Hand values to it through the environment.`;
    subject.report(visited, 'setting.literal', message, { setting: `with.${setting}` });
  }
  const parsed = parserOf(input).safeParse(given);
  if (parsed.success) return;
  for (const { is, path, said } of issuesOf(parsed.error, given)) {
    if (is === 'unknown' && path.length === 1) continue;
    const [setting, where] = [path.join('.'), ['with', ...path].join('.')];
    if (is === 'missing') subject.report(visited, 'input.missing', `${name} needs “${setting}”.`, { setting: where });
    else if (is === 'unknown')
      subject.report(visited, 'input.unknown', `${name} takes no “${setting}”.`, { setting: where });
    else subject.report(visited, 'input.type', `${setting || 'with'} of ${name} ${said}.`, { setting: where });
  }
}
