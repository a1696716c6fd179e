import { z } from 'zod';
import { isObject, type Json, type JsonObject } from '../../json.ts';
import { nearest } from '../nearest.ts';
import { holdsTemplate } from '../template.ts';
import type { Check, Subject, Visited } from './check.ts';

/** Steps name actions that exist, with settings that these take. */
export const actions: Check = {
  name: 'actions',
  run(subject) {
    const { catalogue } = subject;
    for (const visited of subject.nodes) {
      const { node } = visited;
      if (node.role !== 'step' || typeof node.settings.uses !== 'string') continue;
      const uses = node.settings.uses;
      const action = catalogue.actions.get(uses);
      if (!action) {
        const near = nearest(uses, catalogue.actions.keys());
        subject.report(
          visited,
          'action.unknown',
          `There is no action “${uses}”.${near ? ` Did you mean ${near}?` : ''}`,
          { setting: 'uses' },
        );
        continue;
      }
      if (node.source && !action.takesSource) {
        subject.report(
          visited,
          'action.source',
          `${uses} takes no code: remove the ${node.source.language} fence, or use sandbox.run or shell.run.`,
        );
      }
      checkInput(subject, visited, uses, action.input);
    }
  },
};

const parsers = new WeakMap<JsonObject, z.ZodType>();

function checkInput(subject: Subject, visited: Visited, uses: string, schema: JsonObject): void {
  const given = (visited.node.settings.with ?? {}) as Json;
  if (!isObject(given)) return;
  const properties = isObject(schema.properties) ? schema.properties : undefined;
  const open = isObject(schema.additionalProperties) || schema.additionalProperties === true;
  if (properties && !open) {
    for (const name of Object.keys(given)) {
      if (name in properties) continue;
      const near = nearest(name, Object.keys(properties));
      const message = `${uses} takes no “${name}”.${near ? ` Did you mean ${near}?` : ` It takes ${Object.keys(properties).join(', ')}.`}`;
      subject.report(visited, 'input.unknown', message, { setting: `with.${name}` });
    }
  }
  let parser = parsers.get(schema);
  if (!parser) {
    parser = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
    parsers.set(schema, parser);
  }
  const parsed = parser.safeParse(given);
  if (parsed.success) return;
  for (const issue of parsed.error.issues) {
    const path = issue.path.map(String);
    const value = path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], given) as
      Json | undefined;
    if (holdsTemplate(value) || issue.code === 'unrecognized_keys') continue;
    // A union fails as a whole; a template somewhere in it may make it fit.
    if (path.length === 0 && holdsTemplate(given)) continue;
    const missing = value === undefined;
    const setting = ['with', ...path].join('.');
    const message = missing
      ? `${uses} needs “${path.join('.')}”.`
      : `${uses} cannot use ${path.join('.')}: ${issue.message}.`;
    subject.report(visited, missing ? 'input.missing' : 'input.type', message, { setting: missing ? 'with' : setting });
  }
}
