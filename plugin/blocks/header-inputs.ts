import type { Json } from '../../shared/json.ts';
import { declarationsOf, type InputDeclaration } from '../../shared/workflow/inputs.ts';
import { listText } from '../../shared/workflow/list-text.ts';
import type { Field, Form } from './block.ts';
import { clip } from './html.ts';
import type { Scene } from './scene.ts';

/** A field for each input of the workflow; undefined where it takes none. */
export function inputsForm(scene: Scene): Form | undefined {
  const values = filledIn(scene);
  const declared = Object.entries(declarationsOf(scene.reading.inputs));
  const fields = declared.map(([name, input]) => fieldOf(name, input, values.get(name) ?? ''));
  return fields.length === 0 ? undefined : { fields };
}

/** What stands in the fields: what a person typed, else what the run that is shown was given, else the default. */
export function filledIn(scene: Scene): Map<string, string> {
  const { run, typed, reading } = scene;
  const given = (name: string, preset: Json | undefined): string => {
    const own = run && Object.hasOwn(run.inputs, name) ? run.inputs[name] : preset;
    if (own === undefined || own === null) return '';
    if (Array.isArray(own)) return listText(own);
    return typeof own === 'object' ? JSON.stringify(own) : String(own);
  };
  const declared = Object.entries(declarationsOf(reading.inputs));
  return new Map(declared.map(([name, input]) => [name, typed.get(name) ?? given(name, input.default)]));
}

function fieldOf(name: string, input: InputDeclaration, value: string): Field {
  const label = clip(input.title ?? name, 120);
  const open = input.default === undefined;
  if (input.enum) return { name, label, kind: 'choice', options: open ? ['', ...input.enum] : input.enum, value };
  if (input.type === 'boolean') return { name, label, kind: 'box', value: value === 'true' ? 'true' : 'false' };
  if (input.type === 'list') return { name, label, kind: 'text', value, placeholder: 'a, b, c' };
  const kind = input.type === 'number' || input.type === 'date' ? input.type : 'text';
  return { name, label, kind, value, ...(open ? { placeholder: 'needed' } : {}) };
}
