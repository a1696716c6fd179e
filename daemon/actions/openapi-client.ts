import path from 'node:path';
import { z } from 'zod';
import { clientOf } from '../openapi/client.ts';
import { operationsOf, readDocument } from '../openapi/document.ts';
import { inside, writeWhole } from '../project/write-whole.ts';
import { defineAction } from './action.ts';

const input = z.strictObject({
  directory: z.string(),
  file: z.string().default('openapi.json'),
  to: z.string().meta({ description: 'The module that is written, within the directory: src/client.js.' }),
  types: z.string().optional().meta({ description: 'Where the types are, as openapi.types wrote them.' }),
});
const output = z.object({ file: z.string(), operations: z.int(), changed: z.boolean() });

export const openapiClient = defineAction<z.infer<typeof input>, z.infer<typeof output>>({
  name: 'openapi.client',
  summary: 'Writes a small typed client of an API from its OpenAPI document: one module, a function an operation.',
  effect: 'repeatable',
  input,
  output,
  touches: { paths: ['directory'] },

  async run({ directory, file, to, types }, context) {
    const document = await readDocument(inside(directory, file));
    const target = inside(directory, to);
    const from =
      types === undefined
        ? undefined
        : path.relative(path.dirname(target), inside(directory, types)).replaceAll('\\', '/');
    const specifier = from === undefined || from.startsWith('.') ? from : `./${from}`;
    return {
      file: target,
      operations: operationsOf(document).length,
      changed: await writeWhole(context, target, clientOf(document, specifier)),
    };
  },
});
