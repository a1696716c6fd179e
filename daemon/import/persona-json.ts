import { stringify } from 'yaml';
import { fail } from '../../shared/failure.ts';
import { isObject, type Json, type JsonObject } from '../../shared/json.ts';
import { idOf } from '../../shared/workflow/identifier.ts';
import { readMacro } from '../../shared/workflow/macro.ts';
import type { ImportFormat } from './format.ts';

/** A persona as Hypertool keeps it: its fields stay as they are, on a page. */
export const personaJson: ImportFormat = {
  name: 'Hypertool persona',
  is: ({ json }) =>
    json !== undefined && typeof json.name === 'string' && ('allowedServers' in json || 'allowedTools' in json),
  read({ json }) {
    const { name, displayName, ...rest } = json as JsonObject;
    const id = idOf(String(name)).replaceAll('_', '-');
    const title = typeof displayName === 'string' ? displayName : String(name);
    if (id === '' || !readMacro(macroOf(title))) {
      throw fail(
        'invalid',
        'import.invalid',
        `A persona needs a name of letters and digits; this one is called “${String(name)}”.`,
      );
    }
    const secrets = environmentOf(rest);
    const settings: JsonObject = { id, name: name!, ...rest, actions: [], secrets };
    const notes = [
      'It may use the tools of its servers and no action. Add the actions that its stages need, such as page.*.',
    ];
    if (secrets.length > 0) notes.push(`The variables that it was allowed are its secrets now: ${secrets.join(', ')}.`);
    if ('workflows' in rest)
      notes.push('“workflows” is kept on the page and means nothing here: a stage names its persona.');
    const yaml = stringify(settings, { lineWidth: 0 }).trimEnd().split('\n');
    const block = [`- ${macroOf(title)}`, ...['```yaml', ...yaml, '```'].map((line) => `  ${line}`)];
    return { kind: 'page', what: 'persona', file: `${id}.md`, text: `type:: persona\n\n${block.join('\n')}\n`, notes };
  },
};

function macroOf(title: string): string {
  return `{{renderer :stagebook, persona}} ${title.replace(/\s+/g, ' ').trim()}`;
}

/** The variables that a persona may see, by name. */
function environmentOf({ security }: JsonObject): string[] {
  const allowed: Json | undefined = isObject(security) ? security.allowEnvironmentAccess : undefined;
  return Array.isArray(allowed) ? allowed.filter((each) => typeof each === 'string') : [];
}
