import type { JsonObject } from '../../shared/json.ts';
import { declarationsOf, readInputs, type InputDeclaration } from '../../shared/workflow/inputs.ts';
import { listText } from '../../shared/workflow/list-text.ts';
import { button, element, type View } from './dom.ts';

/** What a person filled in. */
export interface Filled {
  values: JsonObject;
  dryRun: boolean;
}

export interface InputsOptions {
  title: string;
  /** As the workflow's header declares them. */
  inputs: JsonObject;
  filled(filled: Filled): void;
}

/** A field for each input of a workflow. Nothing starts from here: what is filled in is proposed. */
export function makeInputsView({ title, inputs, filled }: InputsOptions): View {
  const fields = new Map<string, HTMLInputElement | HTMLSelectElement>();
  const said = element('p', { role: 'alert', class: 'said' });
  const rows = Object.entries(declarationsOf(inputs)).map(([name, input], index) => {
    const id = `input-${index}`;
    const field = fieldOf(input, id);
    fields.set(name, field);
    return element('div', { class: 'field' }, element('label', { for: id }, input.title ?? name), field);
  });
  const submit = element('button', { type: 'submit', class: 'primary' }, 'Start…');
  const form = element(
    'form',
    { class: 'inputs', novalidate: '' },
    element('h2', {}, title),
    ...rows,
    said,
    element(
      'div',
      { class: 'row' },
      submit,
      button('Dry run', () => give(true)),
    ),
    element('p', { class: 'dim' }, 'You see what it does before anything starts.'),
  );

  function give(dryRun: boolean): void {
    for (const field of fields.values()) field.removeAttribute('aria-invalid');
    const given: JsonObject = {};
    // An empty field says nothing: the default holds, or the input is missing.
    for (const [name, field] of fields) if (field.value.trim() !== '') given[name] = field.value;
    const { values, problems } = readInputs({ header: { settings: { inputs } } }, given);
    const [problem] = problems;
    if (!problem) return filled({ values, dryRun });
    const field = fields.get(problem.input);
    field?.setAttribute('aria-invalid', 'true');
    field?.focus();
    said.textContent = problem.code === 'input.missing' ? 'This is needed.' : problem.message;
    field?.after(said);
  }
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    give(false);
  });

  const [first] = fields.values();
  return { node: element('div', { class: 'fill scroll' }, form), focus: () => (first ?? submit).focus() };
}

function fieldOf(input: InputDeclaration, id: string): HTMLInputElement | HTMLSelectElement {
  const preset = Array.isArray(input.default) ? listText(input.default) : String(input.default ?? '');
  const choices = input.enum ?? (input.type === 'boolean' ? ['true', 'false'] : undefined);
  if (choices) {
    const select = element('select', { id });
    const all = input.default === undefined ? ['', ...choices] : choices;
    for (const choice of all) select.append(element('option', { value: choice }, wordOf(choice, input)));
    select.value = preset;
    return select;
  }
  const type = input.type === 'number' || input.type === 'date' ? input.type : 'text';
  const step = type === 'number' ? { step: 'any' } : {};
  return element('input', { id, type, value: preset, autocomplete: 'off', spellcheck: 'false', ...step });
}

function wordOf(choice: string, { type }: InputDeclaration): string {
  if (type !== 'boolean') return choice;
  return choice === '' ? '' : choice === 'true' ? 'yes' : 'no';
}
