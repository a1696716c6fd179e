import { isObject, type Json, type JsonObject } from '../../shared/json.ts';
import { jsonSchemaOf, operationsOf, resolve, type Operation } from './document.ts';

/** A difference between two versions of an API, from the view of those who call it. */
export interface Difference {
  breaking: boolean;
  /** The endpoint, and where in it. */
  where: string;
  what: string;
}

/** Schemas may hold themselves. */
const DEEPEST = 12;

interface Pair {
  before: JsonObject;
  after: JsonObject;
}

/**
 * What changed for callers. Breaking is what can make a call fail that worked: something to call is gone, more is demanded,
 * less is taken, or an answer has less than it had.
 */
export function differences(before: JsonObject, after: JsonObject): Difference[] {
  const [old, now] = [before, after].map(
    (document) => new Map(operationsOf(document).map((one) => [one.endpoint, one])),
  );
  const documents = { before, after };
  const found: Difference[] = [];
  for (const [endpoint, operation] of old!) {
    const next = now!.get(endpoint);
    if (!next) found.push({ breaking: true, where: endpoint, what: 'is gone' });
    else found.push(...ofOperation(documents, operation, next));
  }
  for (const endpoint of now!.keys()) {
    if (!old!.has(endpoint)) found.push({ breaking: false, where: endpoint, what: 'is new' });
  }
  return found;
}

function ofOperation(documents: Pair, before: Operation, after: Operation): Difference[] {
  return [
    ...ofParameters(documents, before, after),
    ...ofRequest(documents, before, after),
    ...ofResponses(documents, before, after),
  ];
}

function ofParameters(documents: Pair, before: Operation, after: Operation): Difference[] {
  const [old, now] = [parametersOf(documents.before, before), parametersOf(documents.after, after)];
  const where = after.endpoint;
  const found: Difference[] = [];
  for (const [key, parameter] of now) {
    const known = old.get(key);
    const required = parameter.required === true;
    if (!known) {
      found.push({ breaking: required, where, what: `takes ${key}${required ? ', which it demands' : ''}` });
    } else {
      if (required && known.required !== true) found.push({ breaking: true, where, what: `demands ${key} now` });
      const schemas = {
        before: resolve(documents.before, known.schema),
        after: resolve(documents.after, parameter.schema),
      };
      found.push(...ofSchema(documents, schemas, `${where} ${key}`, 'request'));
    }
  }
  for (const key of old.keys()) {
    if (!now.has(key)) found.push({ breaking: true, where, what: `takes ${key} no longer` });
  }
  return found;
}

function parametersOf(document: JsonObject, { value, shared }: Operation): Map<string, JsonObject> {
  const list = [shared.parameters, value.parameters].flatMap((some) => (Array.isArray(some) ? some : []));
  return new Map(
    list.map((one) => {
      const parameter = resolve(document, one);
      return [`the ${text(parameter.in)} parameter ${text(parameter.name)}`, parameter];
    }),
  );
}

function ofRequest(documents: Pair, before: Operation, after: Operation): Difference[] {
  const where = `${after.endpoint} request`;
  const [old, now] = [
    resolve(documents.before, before.value.requestBody),
    resolve(documents.after, after.value.requestBody),
  ];
  const schemas = { before: jsonSchemaOf(documents.before, old), after: jsonSchemaOf(documents.after, now) };
  if (now.required === true && old.required !== true) return [{ breaking: true, where, what: 'demands a body now' }];
  if (schemas.before && !schemas.after) return [{ breaking: true, where, what: 'takes no JSON body any longer' }];
  return schemas.before && schemas.after ? ofSchema(documents, schemas as Pair, where, 'request') : [];
}

function ofResponses(documents: Pair, before: Operation, after: Operation): Difference[] {
  const [old, now] = [before, after].map(({ value }) => (isObject(value.responses) ? value.responses : {}));
  return Object.entries(old!).flatMap(([status, response]) => {
    const where = `${after.endpoint} ${status}`;
    if (now![status] === undefined) {
      // Who calls it has to cope with any failure, but waits for the success that was promised.
      return [{ breaking: /^(?:2|default)/.test(status), where, what: 'is answered no longer' }];
    }
    const schemas = {
      before: jsonSchemaOf(documents.before, resolve(documents.before, response)),
      after: jsonSchemaOf(documents.after, resolve(documents.after, now![status])),
    };
    if (schemas.before && !schemas.after) return [{ breaking: true, where, what: 'has no JSON any longer' }];
    return schemas.before && schemas.after ? ofSchema(documents, schemas as Pair, where, 'response') : [];
  });
}

/** In a request it breaks to take less, in a response to give less. */
function ofSchema(
  documents: Pair,
  schemas: Pair,
  where: string,
  side: 'request' | 'response',
  depth = 0,
): Difference[] {
  const { before, after } = schemas;
  if (depth > DEEPEST) return [];
  const [was, is] = [typesOf(before), typesOf(after)];
  if (was.length > 0 && is.length > 0) {
    const lost =
      side === 'request' ? was.filter((type) => !accepts(is, type)) : is.filter((type) => !accepts(was, type));
    if (lost.length > 0) return [{ breaking: true, where, what: `was ${was.join(' or ')}, is ${is.join(' or ')}` }];
  }
  return [
    ...ofEnum(before, after, where, side),
    ...ofProperties(documents, schemas, where, side, depth),
    ...ofItems(documents, schemas, where, side, depth),
  ];
}

function ofEnum(before: JsonObject, after: JsonObject, where: string, side: 'request' | 'response'): Difference[] {
  const [was, is] = [before.enum, after.enum].map((list) => (Array.isArray(list) ? list.map(text) : undefined));
  if (!is && !was) return [];
  if (!was) return side === 'request' ? [{ breaking: true, where, what: `takes only ${is!.join(', ')} now` }] : [];
  if (!is) return side === 'response' ? [{ breaking: true, where, what: 'may be anything now' }] : [];
  const [gone, fresh] = [was.filter((one) => !is.includes(one)), is.filter((one) => !was.includes(one))];
  return [
    ...gone.map((one) => ({ breaking: side === 'request', where, what: `has no value ${one} any longer` })),
    ...fresh.map((one) => ({ breaking: side === 'response', where, what: `has the new value ${one}` })),
  ];
}

function ofProperties(
  documents: Pair,
  { before, after }: Pair,
  where: string,
  side: 'request' | 'response',
  depth: number,
): Difference[] {
  const [old, now] = [before, after].map(({ properties }) => (isObject(properties) ? properties : {}));
  const [must, mustNow] = [before, after].map(
    ({ required }) => new Set(Array.isArray(required) ? required.map(text) : []),
  );
  const found: Difference[] = [];
  for (const [name, schema] of Object.entries(now!)) {
    const at = `${where} ${name}`;
    if (old![name] === undefined) {
      const breaking = side === 'request' && mustNow!.has(name);
      found.push({ breaking, where: at, what: breaking ? 'is new and demanded' : 'is new' });
      continue;
    }
    if (side === 'request' && mustNow!.has(name) && !must!.has(name)) {
      found.push({ breaking: true, where: at, what: 'is demanded now' });
    }
    if (side === 'response' && must!.has(name) && !mustNow!.has(name)) {
      found.push({ breaking: true, where: at, what: 'may be missing now' });
    }
    const schemas = { before: resolve(documents.before, old![name]), after: resolve(documents.after, schema) };
    found.push(...ofSchema(documents, schemas, at, side, depth + 1));
  }
  for (const name of Object.keys(old!)) {
    if (now![name] === undefined) found.push({ breaking: true, where: `${where} ${name}`, what: 'is gone' });
  }
  return found;
}

function ofItems(
  documents: Pair,
  { before, after }: Pair,
  where: string,
  side: 'request' | 'response',
  depth: number,
): Difference[] {
  if (before.items === undefined || after.items === undefined) return [];
  const schemas = { before: resolve(documents.before, before.items), after: resolve(documents.after, after.items) };
  return ofSchema(documents, schemas, `${where}[]`, side, depth + 1);
}

/** Version 3.0 says null apart, 3.1 as a type. */
function typesOf({ type, nullable }: JsonObject): string[] {
  const types = (Array.isArray(type) ? type : [type]).filter((one): one is string => typeof one === 'string');
  return nullable === true && types.length > 0 ? [...types, 'null'] : types;
}

/** Every integer is a number. */
const accepts = (types: readonly string[], type: string): boolean =>
  types.includes(type) || (type === 'integer' && types.includes('number'));

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : JSON.stringify(value ?? ''));
