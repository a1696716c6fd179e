import { isObject, type JsonObject } from './json.ts';

/** A field of the form that a question asks to fill in; every field is wanted. */
export interface FormField {
  name: string;
  /** What people read; the name where it has no title. */
  title: string;
  /** As JSON Schema says it. */
  type: string;
}

/** The fields of a form, which is a JSON Schema of an object. */
export function formFields(form: JsonObject): FormField[] {
  const properties = isObject(form.properties) ? form.properties : {};
  return Object.entries(properties).map(([name, field]) => {
    const { title, type } = isObject(field) ? field : {};
    return {
      name,
      title: typeof title === 'string' && title !== '' ? title : name,
      type: typeof type === 'string' ? type : '',
    };
  });
}

/** How a form is filled in at a terminal, such as `{ commander: …, since: … }`. */
export function exampleOf(form: JsonObject): string {
  const fields = formFields(form).map(({ name }) => `${name}: …`);
  return fields.length === 1 ? fields[0]! : `{ ${fields.join(', ')} }`;
}
