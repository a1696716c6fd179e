import { parse as parseYaml } from 'yaml';
import { fail, StagebookError } from '../../shared/failure.ts';
import { exampleOf, formFields } from '../../shared/form.ts';
import { isObject, type Json } from '../../shared/json.ts';
import type { EngineClient } from '../server/client.ts';
import { visible } from './progress/width.ts';
import type { SignOptions } from './sign.ts';
import { ask, say } from './terminal.ts';
import { personHere } from './person-here.ts';
import type { OpenRequest } from '../../shared/run/summary.ts';

type Question = Extract<OpenRequest, { kind: 'ask' }>;

/**
 * What was typed, as the question wants it: a form takes YAML or JSON, and where it has one field of text that text alone;
 * everything else is the text itself. Throws `answer.form` for what is no YAML.
 */
export function readAnswer(question: Question, text: string): Json {
  if (!question.form) return text;
  const fields = formFields(question.form);
  const [only] = fields;
  const isText = fields.length === 1 && only!.type === 'string';
  try {
    const read = parseYaml(text) as Json;
    return isText && !(isObject(read) && only!.name in read) ? { [only!.name]: text } : read;
  } catch (error) {
    if (isText) return { [only!.name]: text.replace(new RegExp(`^\\s*${only!.name}:\\s*`), '') };
    const want = `Write it as YAML, such as “${exampleOf(question.form)}”.`;
    throw fail('invalid', 'answer.form', `The answer cannot be read: it is no YAML. ${want}`, { cause: error });
  }
}

/** Asks the person at the terminal. False when nothing was typed, or it was answered elsewhere. */
export async function askAnswer(client: EngineClient, question: Question, options: SignOptions): Promise<boolean> {
  const { terminal, signal } = options;
  say(terminal, visible(question.question));
  if (question.because !== undefined) say(terminal, `  ${visible(question.because)}`);
  for (const option of question.options ?? []) say(terminal, `  ${visible(option)}`);
  for (const { name, title } of question.form ? formFields(question.form) : []) {
    say(terminal, `  ${visible(name)}: ${visible(title)}`);
  }
  for (;;) {
    const said = await ask(terminal, 'Answer (empty puts it off): ', signal ? { signal } : {});
    if (!said) return false;
    try {
      await client.answer(question.run, question.node, readAnswer(question, said), personHere(options.as));
      return true;
    } catch (error) {
      if (!(error instanceof StagebookError) || !error.code.startsWith('answer.')) throw error;
      say(terminal, error.message);
    }
  }
}
