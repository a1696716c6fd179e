import type { JSX } from 'preact';
import type { Field } from '../model/form.ts';

/** The fields of a form, each with its label above it. */
export function Fields({
  fields,
  typed,
  type,
  wrong = new Map(),
}: {
  fields: readonly Field[];
  typed: ReadonlyMap<string, string>;
  type(name: string, value: string): void;
  wrong?: ReadonlyMap<string, string>;
}): JSX.Element {
  return (
    <>
      {fields.map((field, index) => (
        <FieldView
          key={field.name}
          id={`field-${index}`}
          field={field}
          value={typed.get(field.name) ?? field.initial}
          type={(value) => type(field.name, value)}
          wrong={wrong.get(field.name)}
        />
      ))}
    </>
  );
}

interface FieldProps {
  id: string;
  field: Field;
  value: string;
  type(value: string): void;
  wrong: string | undefined;
}

function FieldView({ id, field, value, type, wrong }: FieldProps): JSX.Element {
  const { label, help, kind, required } = field;
  const described = [help === undefined ? '' : `${id}-help`, wrong === undefined ? '' : `${id}-wrong`].join(' ').trim();
  const common = {
    id,
    'aria-describedby': described === '' ? undefined : described,
    'aria-invalid': wrong === undefined ? undefined : ('true' as const),
  };
  const input = (event: { currentTarget: { value: string } }) => type(event.currentTarget.value);
  const control = () => {
    if (kind === 'choice') {
      return (
        <select {...common} value={value} onChange={input} required={required}>
          {(!required || value === '') && <option value="">{required ? 'Choose…' : 'Nothing'}</option>}
          {field.options?.map((option) => (
            <option key={option} value={option}>
              {option}
            </option>
          ))}
        </select>
      );
    }
    if (kind === 'long' || kind === 'json') {
      return (
        <textarea
          {...common}
          rows={kind === 'json' ? 4 : 3}
          value={value}
          onInput={input}
          required={required}
          dir="auto"
          spellcheck={kind === 'long'}
        />
      );
    }
    // Which type it is is not known when this is written: to the compiler it is one of texts.
    const inputType = (kind === 'boolean' ? 'text' : kind) as 'text';
    return (
      <input
        {...common}
        type={inputType}
        step={kind === 'number' ? 'any' : undefined}
        value={value}
        onInput={input}
        required={required}
        dir="auto"
        autoComplete="off"
      />
    );
  };
  return (
    <div class="field">
      {kind === 'boolean' ? (
        <label class="check-label" for={id}>
          <input
            {...common}
            type="checkbox"
            checked={value === 'true'}
            onChange={(event) => type(String(event.currentTarget.checked))}
          />{' '}
          <bdi>{label}</bdi>
        </label>
      ) : (
        <>
          <label for={id}>
            <bdi>{label}</bdi>
            {!required && <span class="dim"> (optional)</span>}
          </label>
          {control()}
        </>
      )}
      {help !== undefined && (
        <p class="dim small" id={`${id}-help`}>
          <bdi>{help}</bdi>
        </p>
      )}
      {wrong !== undefined && (
        <p class="said bad" id={`${id}-wrong`}>
          {wrong}
        </p>
      )}
    </div>
  );
}
