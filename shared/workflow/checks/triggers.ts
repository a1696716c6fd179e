import { isObject, type JsonObject } from '../../json.ts';
import { inputsOf, readValue, wanted } from '../inputs.ts';
import { nearest } from '../nearest.ts';
import { holdsTemplate } from '../template.ts';
import type { Check, Subject } from './check.ts';

/** Triggers have a time that exists, and give the run the inputs that nobody is there to give. */
export const triggers: Check = {
  name: 'triggers',
  run(subject) {
    const { triggers: given } = subject.definition.header.settings;
    if (!Array.isArray(given)) return;
    for (const [index, trigger] of given.entries()) {
      if (!isObject(trigger)) continue;
      checkCron(subject, trigger, `triggers.${index}`);
      checkInputs(subject, trigger, `triggers.${index}`);
    }
  },
};

function checkCron(subject: Subject, { cron, zone }: JsonObject, setting: string): void {
  if (typeof cron !== 'string') return;
  const trouble = subject.catalogue.cronTrouble?.(cron, typeof zone === 'string' ? zone : undefined);
  if (trouble) subject.report(subject.nodes[0]!, 'trigger.cron', trouble, { setting: `${setting}.cron` });
}

function checkInputs(subject: Subject, trigger: JsonObject, setting: string): void {
  const header = subject.nodes[0]!;
  const declared = inputsOf(subject.definition);
  const given = isObject(trigger.inputs) ? trigger.inputs : {};
  for (const [input, value] of Object.entries(given)) {
    const at = { setting: `${setting}.inputs.${input}` };
    if (!Object.hasOwn(declared, input)) {
      const near = nearest(input, Object.keys(declared));
      subject.report(
        header,
        'trigger.input',
        `This workflow takes no input “${input}”.${near ? ` Did you mean ${near}?` : ''}`,
        at,
      );
    } else if (!holdsTemplate(value) && readValue(declared[input]!, value) === undefined) {
      subject.report(header, 'trigger.input', `The input “${input}” must be ${wanted(declared[input]!)}.`, at);
    }
  }
  for (const [input, { default: standard }] of Object.entries(declared)) {
    if (standard !== undefined || Object.hasOwn(given, input)) continue;
    const message = `A run that starts by itself needs the input “${input}”: give it in the trigger's inputs, or give it a default.`;
    subject.report(header, 'trigger.input', message, { setting });
  }
}
