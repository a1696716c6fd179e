import { z } from 'zod';
import { operationsOf, readDocument } from '../openapi/document.ts';
import { inside } from '../project/write-whole.ts';
import { defineAction } from './action.ts';

const input = z.strictObject({
  directory: z.string(),
  file: z.string().default('openapi.json'),
  contract: z.string().default('').meta({
    description: 'What was agreed, an endpoint a line ("POST /api/notices | …"): each must be in the document.',
  }),
});
const output = z.object({
  valid: z.boolean().meta({ description: 'It follows the schema of its OpenAPI version.' }),
  openapi: z.string(),
  operations: z.int(),
  errors: z.array(z.object({ where: z.string(), what: z.string() })).meta({ description: 'The first twenty.' }),
  missing: z.array(z.string()).meta({ description: 'Agreed endpoints that the document does not have.' }),
});

/** A document that is wrong is a result; one that cannot be read is a failure. */
export const openapiValidate = defineAction<z.infer<typeof input>, z.infer<typeof output>>({
  name: 'openapi.validate',
  summary: 'Checks an OpenAPI document against the schema of its version, and against the endpoints that were agreed.',
  effect: 'read',
  input,
  output,
  touches: { paths: ['directory'] },

  async run({ directory, file, contract }) {
    const document = await readDocument(inside(directory, file));
    const { Validator } = await import('@seriousme/openapi-schema-validator');
    const { valid, errors } = await new Validator().validate(structuredClone(document));
    const there = new Set(operationsOf(document).map(({ endpoint }) => endpoint));
    const list = typeof errors === 'string' ? [{ instancePath: '', message: errors }] : (errors ?? []);
    return {
      valid,
      openapi: String(document.openapi),
      operations: there.size,
      errors: list
        .slice(0, 20)
        .map(({ instancePath, message }) => ({ where: instancePath || '/', what: message ?? 'is not as it must be' })),
      missing: endpointsOf(contract).filter((endpoint) => !there.has(endpoint)),
    };
  },
});

/** The endpoints at the start of the lines of a contract. */
function endpointsOf(contract: string): string[] {
  return contract.split('\n').flatMap((line) => {
    const [, method, path] = /^\s*(?:[-*]\s+)?`?([A-Za-z]+)\s+(\/[^\s|`]*)/.exec(line) ?? [];
    return method && path ? [`${method.toUpperCase()} ${path}`] : [];
  });
}
