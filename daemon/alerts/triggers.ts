import { fail, toFailure } from '../../shared/failure.ts';
import { beganAt, type Alert } from '../../shared/incident/alert.ts';
import { isObject, type Json, type JsonObject } from '../../shared/json.ts';
import type { Definition } from '../../shared/workflow/definition.ts';
import { evaluate, resolveTemplate } from '../../shared/workflow/expression.ts';
import { readInputs } from '../../shared/workflow/inputs.ts';
import { capped } from './capped.ts';

/** A workflow that starts by itself when something comes in. */
export interface Listening {
  /** The hash under which it is trusted. */
  hash: string;
  definition: Definition;
  /** The page of the graph that it is; none of a shipped one. */
  page?: string;
}

/** A workflow that wants what came in, with the inputs that its trigger makes of it. */
export interface Match {
  listening: Listening;
  inputs: JsonObject;
}

export type Problem = (title: string, error: unknown) => void;

/** Whether a workflow says that it starts by an alert or a webhook. */
export function listens({ header }: Definition): boolean {
  return triggersOf(header.settings.triggers).some((trigger) => 'alert' in trigger || 'webhook' in trigger);
}

/** The first workflow in order whose trigger holds for an alert. One whose expression fails wants nothing, and is told of. */
export function matchAlert(all: Iterable<Listening>, alert: JsonObject, onProblem: Problem): Match | undefined {
  return match(all, alert, onProblem, (trigger) => {
    return typeof trigger.alert === 'string' && evaluate(trigger.alert, { alert }) === true;
  });
}

/** The first workflow that has a trigger for the webhook of this name. */
export function matchWebhook(
  all: Iterable<Listening>,
  name: string,
  body: Json,
  onProblem: Problem,
): Match | undefined {
  return match(all, { source: name, body }, onProblem, (trigger) => trigger.webhook === name);
}

/** What a trigger's expressions see as `alert`, as it is told of at `told`. */
export function shownAlert(alert: Alert, incident: string, source: string, told: number): JsonObject {
  const { started: _started, startedKnown: _known, endedKnown: _over, ended, level, levelKnown, ...same } = alert;
  return {
    ...same,
    incident,
    source,
    level,
    level_known: levelKnown,
    title: titleOf(alert),
    started: new Date(beganAt(alert, told)).toISOString(),
    ended: ended === undefined ? '' : new Date(ended).toISOString(),
  };
}

/** A title is read in every line about an incident: the rest of a long name stands with its alert. */
const LONGEST = { name: 100, service: 60 };

/** What an incident is called that an alert opens. */
export function titleOf({ name, service }: Alert): string {
  const short = capped(name, LONGEST.name);
  return service === '' || name.includes(service) ? short : `${short} on ${capped(service, LONGEST.service)}`;
}

function match(
  all: Iterable<Listening>,
  alert: JsonObject,
  onProblem: Problem,
  holds: (trigger: JsonObject) => boolean,
): Match | undefined {
  for (const listening of all) {
    const { header } = listening.definition;
    try {
      const trigger = triggersOf(header.settings.triggers).find(holds);
      if (!trigger) continue;
      const given = resolveTemplate(isObject(trigger.inputs) ? trigger.inputs : {}, () => ({ alert }));
      const { values, problems } = readInputs(listening.definition, given as JsonObject);
      if (problems[0]) throw fail('invalid', problems[0].code, problems[0].message);
      return { listening, inputs: values };
    } catch (error) {
      // Of data from elsewhere anything can fail; no other workflow suffers by it.
      onProblem(header.title, toFailure(error).message);
    }
  }
  return undefined;
}

function triggersOf(triggers: Json | undefined): JsonObject[] {
  return Array.isArray(triggers) ? triggers.filter(isObject) : [];
}
