import { routes, schemas } from './notices.js';

const content = (schema) => ({ 'application/json': { schema } });

/** The document of the API, from the routes that it has. */
export function openapi() {
  const paths = {};
  for (const { method, path, id, summary, request, responses } of routes) {
    (paths[path] ??= {})[method.toLowerCase()] = {
      operationId: id,
      summary,
      ...(request && { requestBody: { required: true, content: content(request) } }),
      responses: Object.fromEntries(
        Object.entries(responses).map(([status, schema]) => [
          status,
          { description: status, content: content(schema) },
        ]),
      ),
    };
  }
  return { openapi: '3.1.0', info: { title: 'House notices', version: '1.0.0' }, paths, components: { schemas } };
}

if (import.meta.filename === process.argv[1]) console.log(JSON.stringify(openapi(), null, 2));
