import { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import type { Json, JsonObject } from '../../shared/json.ts';
import type { Question } from '../../shared/run/event.ts';
import { parseDuration } from '../../shared/workflow/duration.ts';
import { definePrimitive, duration } from './primitive.ts';

const field = z.strictObject({
  type: z.enum(['string', 'number', 'boolean', 'enum', 'date']).optional(),
  enum: z.array(z.string()).min(1).optional(),
  title: z.string().optional(),
});

type Field = z.infer<typeof field>;
interface Settings {
  question: string;
  options?: string[] | undefined;
  form?: Record<string, Field> | undefined;
  from?: 'person' | 'agent' | undefined;
  timeout?: string | undefined;
  'on-timeout'?: 'fail' | 'continue' | undefined;
}

/** Somebody does or answers something. The answer is one of the options, the form filled in, or free text. */
export const ask = definePrimitive<Settings>({
  role: 'ask',
  summary: 'Somebody does or answers something, and the run waits for it.',
  work: true,
  settings: z
    .strictObject({
      id: z.string().optional(),
      question: z.string(),
      options: z.array(z.string()).min(1).optional().meta({ description: 'What can be answered; else any text.' }),
      form: z.record(z.string(), field).optional().meta({ description: 'Fields to fill in, instead of options.' }),
      from: z.enum(['person', 'agent']).optional(),
      timeout: duration.optional(),
      'on-timeout': z
        .enum(['fail', 'continue'])
        .optional()
        .meta({ description: 'Whether it fails when nobody answered in time, as it does when it is left out.' }),
    })
    .refine((settings) => !(settings.options && settings.form), { message: 'give either options or a form, not both' }),
  literal: ['from', 'on-timeout', 'form'],
  body: { kind: 'none' },
  siblings: 'in-order',
  after: () => 'hidden',
  output: (_parts, node) => {
    const { options, form } = node.settings;
    if (Array.isArray(options)) return { type: 'string', enum: options };
    return form === undefined ? { type: 'string' } : formSchema(form as Record<string, Field>);
  },
  // Unanswered in time, it goes on and has none.
  mayGiveNothing: (settings) => settings.timeout !== undefined && settings['on-timeout'] === 'continue',
  async run(x) {
    const { question, options, form, from, timeout } = x.settings;
    if (x.dryRun) {
      x.assume();
      await x.durable.decide(x.key, 'question', () => question);
      return options?.[0] ?? (form ? exampleOf(form) : '<answer>');
    }
    const asked = await x.durable.once('ask.opened', x.key, (): Question => ({
      question,
      // Words of a counterpart are for people to judge.
      ...(x.because === undefined || from === 'agent' ? {} : { because: x.because }),
      ...(options ? { options } : {}),
      ...(form ? { form: formSchema(form) } : {}),
      from: from ?? 'person',
      ...(timeout === undefined ? {} : { deadline: x.durable.now() + parseDuration(timeout) }),
    }));
    const message = await x.durable.message(x.key, 0, asked.deadline, x.signal);
    if (message !== 'elapsed' && message.type === 'ask.answered') {
      if (message.payload.by.kind !== 'person') x.comesFromElsewhere();
      return message.payload.answer;
    }
    if (x.settings['on-timeout'] === 'continue') return null;
    throw fail(
      'timeout',
      'ask.unanswered',
      `Nobody answered “${question}” within ${timeout}. Resume the run to ask again.`,
    );
  },
});

/** An answer of the form's shape: what a dry run goes on with. */
function exampleOf(form: Record<string, Field>): JsonObject {
  const example = (name: string, { type, enum: values }: Field): Json =>
    values?.[0] ?? (type === 'number' ? 0 : type === 'boolean' ? true : `<${name}>`);
  return Object.fromEntries(Object.entries(form).map(([name, asked]) => [name, example(name, asked)]));
}

/** The JSON Schema of a form: every field is required. */
function formSchema(form: Record<string, Field>): JsonObject {
  const properties = Object.fromEntries(
    Object.entries(form).map(([name, { type, enum: values, title }]) => {
      const base: JsonObject = values
        ? { type: 'string', enum: values }
        : { type: type === 'number' || type === 'boolean' ? type : 'string' };
      if (type === 'date') base.format = 'date';
      return [name, title === undefined ? base : { ...base, title }];
    }),
  );
  return { type: 'object', properties, required: Object.keys(form), additionalProperties: false };
}
