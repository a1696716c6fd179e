import { isObject } from '../../shared/json.ts';
import { STATUS, TASK_TAG } from '../../shared/logseq/task.ts';
import { attempt, type LogseqHost } from './host.ts';

/** A property of ours or of a person's, not one of Logseq's own: `:plugin.property.stagebook/status`. */
const PROPERTY = /^:?((?:plugin\.property\.[^/]+|user\.property)\/(.+))$/;

interface Held {
  /** By their names, in small letters. */
  properties: Record<string, string>;
  /** What Logseq calls each. */
  idents: Record<string, string>;
  /** Of a task, as Logseq gives it. */
  status: unknown;
}

/** Whether a block that came with its page has properties, and is worth asking for them. */
export const hasProperties = (block: object): boolean =>
  isTask(block) || Object.keys(block).some((key) => PROPERTY.test(key));

export const isTask = (block: object): boolean => `:${STATUS}` in block;

/** What Logseq holds beside the text of a block or page. */
export async function propertiesOf(host: LogseqHost, uuid: string): Promise<Held> {
  const properties: Record<string, string> = {};
  const idents: Record<string, string> = {};
  const answer = await host.call('logseq.Editor.getBlockProperties', [uuid]);
  for (const [key, value] of isObject(answer) ? Object.entries(answer) : []) {
    const [, ident, name] = PROPERTY.exec(key) ?? [];
    if (ident === undefined || name === undefined || value === null) continue;
    properties[name.toLowerCase()] = valueText(value);
    idents[name.toLowerCase()] = ident;
  }
  return { properties, idents, status: isObject(answer) ? answer[`:${STATUS}`] : null };
}

/** Sets properties of a block or page by their names; an empty value takes one away. */
export async function setProperties(
  host: LogseqHost,
  uuid: string,
  changes: Readonly<Record<string, string>>,
): Promise<void> {
  const entries = Object.entries(changes).filter(([name]) => name !== 'collapsed' && name !== 'id');
  if (Object.hasOwn(changes, 'collapsed')) {
    await attempt(host, 'logseq.Editor.setBlockCollapsed', [uuid, changes.collapsed === 'true']);
  }
  if (entries.length === 0) return;
  const { idents } = await propertiesOf(host, uuid);
  for (const [name, value] of entries) {
    const ident = idents[name];
    if (value === '') {
      if (ident !== undefined) await host.call('logseq.Editor.removeBlockProperty', [uuid, ident]);
      continue;
    }
    // A property is made before it is set: its type would else be guessed from its first value.
    if (ident === undefined)
      await host.call('logseq.Editor.upsertProperty', [name, { type: 'default', cardinality: 'one' }]);
    await host.call('logseq.Editor.upsertBlockProperty', [uuid, ident ?? name, value]);
  }
}

/** Makes a block a task of this status, or no task. */
export async function setStatus(host: LogseqHost, uuid: string, was: string | null, is: string | null): Promise<void> {
  if (is === was) return;
  if (is !== null) await host.call('logseq.Editor.upsertBlockProperty', [uuid, STATUS, is]);
  else {
    await host.call('logseq.Editor.removeBlockProperty', [uuid, STATUS]);
    // Without a status, a task is one to do.
    await attempt(host, 'logseq.Editor.removeBlockTag', [uuid, TASK_TAG]);
  }
}

/** A property's value as text. What is an entity comes as what it says, where the host tells. */
function valueText(value: unknown): string {
  if (Array.isArray(value)) return value.map(valueText).join(', ');
  if (isObject(value)) return valueText(value.value ?? value.title ?? value.content ?? '');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
