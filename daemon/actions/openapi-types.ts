import { z } from 'zod';
import { fail } from '../../shared/failure.ts';
import { readDocument } from '../openapi/document.ts';
import { inside, writeWhole } from '../project/write-whole.ts';
import { defineAction } from './action.ts';

const input = z.strictObject({
  directory: z.string(),
  file: z.string().default('openapi.json'),
  to: z.string().meta({ description: 'The file that is written, within the directory: src/api.d.ts.' }),
});
const output = z.object({ file: z.string(), lines: z.int(), changed: z.boolean() });

const HEAD = '// Made from the OpenAPI document; change that, not this.\n\n';

export const openapiTypes = defineAction<z.infer<typeof input>, z.infer<typeof output>>({
  name: 'openapi.types',
  summary: 'Writes the TypeScript types of an API from its OpenAPI document (openapi-typescript).',
  effect: 'repeatable',
  input,
  output,
  touches: { paths: ['directory'] },

  async run({ directory, file, to }, context) {
    const document = await readDocument(inside(directory, file));
    const { default: generate, astToString } = await import('openapi-typescript');
    let text: string;
    try {
      text = HEAD + astToString(await generate(JSON.stringify(document), { silent: true }));
    } catch (error) {
      throw fail(
        'invalid',
        'openapi.no_types',
        `No types can be made of ${file}: ${(error as Error).message}. Validate the document first.`,
        { cause: error },
      );
    }
    const target = inside(directory, to);
    return { file: target, lines: text.split('\n').length - 1, changed: await writeWhole(context, target, text) };
  },
});
