import { isObject, type JsonObject } from '../../shared/json.ts';
import { operationsOf, resolve, type Operation } from './document.ts';

/**
 * A client for an API as one JavaScript module without dependencies: a function for each operation, typed by JSDoc from the
 * types that openapi-typescript makes of the same document (`types` is where they are, as seen from the module).
 */
export function clientOf(document: JsonObject, types: string | undefined): string {
  const names = new Set<string>();
  const functions = operationsOf(document).map((operation) => functionOf(document, operation, types, names));
  return `// Made from the OpenAPI document; change that, not this.
${HELPER}
${functions.join('\n')}`;
}

const HELPER = `
/** An answer that is no success, with what the API said. */
export class ApiError extends Error {
  constructor(status, body) {
    super(body?.message ?? body?.error ?? \`The API answered \${status}.\`);
    this.status = status;
    this.body = body;
  }
}

async function call(method, path, { path: parts = {}, query = {}, body, base = '', fetch = globalThis.fetch } = {}) {
  const filled = path.replace(/\\{([^}]+)\\}/g, (_, name) => encodeURIComponent(parts[name]));
  const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== undefined)).toString();
  const answer = await fetch(base + filled + (search && \`?\${search}\`), {
    method,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const isJson = answer.headers.get('content-type')?.includes('json');
  const said = isJson ? await answer.json() : await answer.text();
  if (!answer.ok) throw new ApiError(answer.status, said);
  return said;
}
`;

function functionOf(document: JsonObject, operation: Operation, types: string | undefined, names: Set<string>): string {
  const { method, path, value } = operation;
  const name = nameOf(operation, names);
  const at = `import('${types}').paths['${path.replaceAll("'", "\\'")}']['${method.toLowerCase()}']`;
  const success = Object.keys(isObject(value.responses) ? value.responses : {}).find((status) =>
    status.startsWith('2'),
  );
  const takes = [
    `path?: Record<string, string | number>, query?: Record<string, string | number | boolean | undefined>`,
    ...(value.requestBody === undefined
      ? []
      : [
          `body${resolve(document, value.requestBody).required === true ? '' : '?'}: ` +
            (types === undefined
              ? 'unknown'
              : `NonNullable<${at}['requestBody']>['content'] extends { 'application/json': infer B } ? B : unknown`),
        ]),
    'base?: string, fetch?: typeof globalThis.fetch',
  ].join(', ');
  const gives =
    types === undefined || success === undefined
      ? 'unknown'
      : `${at}['responses'][${/^\d+$/.test(success) ? success : `'${success}'`}] extends { content: { 'application/json': infer A } } ? A : void`;
  const needed = /\{/.test(path) || value.requestBody !== undefined;
  return `/**
 * ${oneLine(operation.summary) || operation.endpoint}
 * @param {{ ${takes} }} ${needed ? 'options' : '[options]'}
 * @returns {Promise<${gives}>}
 */
export const ${name} = (options) => call('${method}', '${path.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}', options);
`;
}

/** The operationId, or the method and the words of the path; never the same twice. */
function nameOf({ id, method, path }: Operation, names: Set<string>): string {
  const words = (id || `${method.toLowerCase()} ${path}`).split(/[^A-Za-z0-9]+/).filter(Boolean);
  const plain = words.map((word, i) => (i === 0 ? word : word[0]!.toUpperCase() + word.slice(1))).join('');
  const safe = /^[A-Za-z]/.test(plain) && !RESERVED.has(plain) ? plain : `call${plain}`;
  let name = safe;
  for (let n = 2; names.has(name); n += 1) name = `${safe}${n}`;
  names.add(name);
  return name;
}

const RESERVED = new Set(['call', 'delete', 'new', 'default', 'import', 'export', 'function', 'class', 'return', 'in']);

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').replaceAll('*/', '').trim();
