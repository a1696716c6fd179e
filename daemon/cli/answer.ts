import { parse as parseYaml } from 'yaml';
import { StagebookError } from '../../shared/failure.ts';
import type { Json } from '../../shared/json.ts';
import type { EngineClient } from '../server/client.ts';
import { visible } from './progress/width.ts';
import type { SignOptions } from './sign.ts';
import { ask, say } from './terminal.ts';
import { personHere } from './person-here.ts';
import type { OpenRequest } from '../../shared/run/summary.ts';

type Question = Extract<OpenRequest, { kind: 'ask' }>;

/** What was typed, as the question wants it: a form takes YAML or JSON, everything else the text itself. */
export function readAnswer(question: Question, text: string): Json {
  return question.form ? (parseYaml(text) as Json) : text;
}

/** Asks the person at the terminal. False when nothing was typed, or it was answered elsewhere. */
export async function askAnswer(client: EngineClient, question: Question, options: SignOptions): Promise<boolean> {
  const { terminal, signal } = options;
  say(terminal, visible(question.question));
  for (const option of question.options ?? []) say(terminal, `  ${visible(option)}`);
  if (question.form) say(terminal, `  as YAML, for: ${visible(JSON.stringify(question.form))}`);
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
