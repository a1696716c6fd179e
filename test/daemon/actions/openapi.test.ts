import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { openapiClient } from '../../../daemon/actions/openapi-client.ts';
import { openapiDiff } from '../../../daemon/actions/openapi-diff.ts';
import { openapiExport } from '../../../daemon/actions/openapi-export.ts';
import { openapiTypes } from '../../../daemon/actions/openapi-types.ts';
import { openapiValidate } from '../../../daemon/actions/openapi-validate.ts';
import { differences } from '../../../daemon/openapi/differences.ts';
import { testContext } from '../../fakes/action-context.ts';
import type { JsonObject } from '../../../shared/json.ts';

const NOTICE = {
  type: 'object',
  required: ['id', 'text'],
  properties: { id: { type: 'integer' }, text: { type: 'string' } },
};
const NEW_NOTICE = {
  type: 'object',
  required: ['text'],
  properties: { text: { type: 'string' }, urgent: { type: 'boolean' } },
};
const json = (schema: object) => ({ content: { 'application/json': { schema } } });

const API = {
  openapi: '3.1.0',
  info: { title: 'Notices', version: '1.0.0' },
  paths: {
    '/api/notices': {
      get: {
        operationId: 'listNotices',
        summary: 'All notices',
        parameters: [{ name: 'limit', in: 'query', schema: { type: 'integer' } }],
        responses: {
          200: { description: 'All', ...json({ type: 'array', items: { $ref: '#/components/schemas/Notice' } }) },
        },
      },
      post: {
        operationId: 'postNotice',
        requestBody: { required: true, ...json({ $ref: '#/components/schemas/NewNotice' }) },
        responses: {
          201: { description: 'Posted', ...json({ $ref: '#/components/schemas/Notice' }) },
          422: { description: 'Refused' },
        },
      },
    },
    '/api/notices/{id}': {
      delete: {
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }],
        responses: { 204: { description: 'Gone' } },
      },
    },
  },
  components: { schemas: { Notice: NOTICE, NewNotice: NEW_NOTICE } },
};

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'openapi-'));
  keep(API);
});
const keep = (document: object, file = 'openapi.json') =>
  writeFileSync(join(directory, file), JSON.stringify(document, null, 2));
/** The document with something changed, at a path of names. */
function changed(path: string, value?: unknown): JsonObject {
  const copy = structuredClone(API) as unknown as JsonObject;
  const names = path.split(' ');
  const last = names.pop()!;
  const at = names.reduce<JsonObject>((inside, name) => inside[name] as JsonObject, copy);
  if (value === undefined) delete at[last];
  else at[last] = value as JsonObject;
  return copy;
}

describe('openapi.export', () => {
  const run = async (program: string, more: object = {}) =>
    openapiExport.run(
      openapiExport.input.parse({ directory, command: [process.execPath, '-e', program], file: 'made.json', ...more }),
      await testContext(),
    );

  it('keeps what the command prints, or what it wrote itself, and says its endpoints [feature.openapi.export]', async () => {
    const print = `console.log(${JSON.stringify(JSON.stringify(API))})`;
    const made = await run(print);
    expect(made).toMatchObject({ openapi: '3.1.0', title: 'Notices', version: '1.0.0', changed: true });
    expect(made.operations.map(({ endpoint }) => endpoint)).toEqual([
      'GET /api/notices',
      'POST /api/notices',
      'DELETE /api/notices/{id}',
    ]);
    expect(JSON.parse(readFileSync(join(directory, 'made.json'), 'utf8'))).toEqual(API);
    expect(await run(print)).toMatchObject({ changed: false });
    const write = `require('fs').writeFileSync('own.json', ${JSON.stringify(JSON.stringify(API))}); console.log('done')`;
    expect(await run(write, { file: 'own.json' })).toMatchObject({ title: 'Notices', changed: true });
  });

  it('fails where the command does, where there is no document, and where the file leads out [feature.openapi.export]', async () => {
    await expect(run('console.error("no database"); process.exit(3)')).rejects.toMatchObject({
      code: 'openapi.export_failed',
      message: expect.stringContaining('no database'),
    });
    await expect(run('console.log("hello")')).rejects.toMatchObject({ code: 'openapi.no_document' });
    await expect(run('', { file: '../made.json' })).rejects.toMatchObject({ code: 'project.outside' });
  });
});

describe('openapi.validate', () => {
  const run = async (more: object = {}) =>
    openapiValidate.run(openapiValidate.input.parse({ directory, ...more }), await testContext());

  it('says what is wrong in a document, as a result [feature.openapi.validate]', async () => {
    expect(await run()).toEqual({ valid: true, openapi: '3.1.0', operations: 3, errors: [], missing: [] });
    keep(changed('paths /api/notices get responses 200 description', 7));
    const { valid, errors } = await run();
    expect(valid).toBe(false);
    expect(errors.map(({ where }) => where).join()).toContain('200');
  });

  it('compares it with the endpoints that were agreed [feature.openapi.validate]', async () => {
    const contract =
      'GET /api/notices | all\n- POST /api/notices | a new one\n`PUT /api/notices/{id}` | change it\nModels: Notice';
    expect((await run({ contract })).missing).toEqual(['PUT /api/notices/{id}']);
  });

  it('fails on what is no document [feature.openapi.validate]', async () => {
    keep({ swagger: '2.0' });
    await expect(run()).rejects.toMatchObject({ code: 'openapi.no_document' });
    await expect(run({ file: 'none.json' })).rejects.toMatchObject({ code: 'openapi.no_file' });
  });
});

describe('openapi.diff', () => {
  const post = 'paths /api/notices post';
  const get = 'paths /api/notices get';
  const list = {
    'application/json': { schema: { type: 'array', items: { ...NOTICE, properties: { id: { type: 'integer' } } } } },
  };
  const page = { name: 'page', in: 'query', schema: { type: 'integer' } };
  it.each([
    ['an endpoint that is gone', changed('paths /api/notices/{id}'), true],
    ['a new endpoint', changed('paths /api/more', { get: { responses: {} } }), false],
    ['a parameter that is demanded', changed(`${get} parameters`, [{ ...page, required: true }]), true],
    [
      'a parameter that can be left out',
      changed(`${get} parameters`, [...API.paths['/api/notices'].get.parameters, page]),
      false,
    ],
    ['a parameter that is taken no longer', changed(`${get} parameters`, []), true],
    ['a property that a request demands', changed('components schemas NewNotice required', ['text', 'urgent']), true],
    [
      'a property that a request can have',
      changed('components schemas NewNotice properties more', { type: 'string' }),
      false,
    ],
    ['a property that a request had', changed('components schemas NewNotice properties urgent'), true],
    ['a type that takes less', changed('components schemas NewNotice properties urgent type', 'string'), true],
    [
      'a type that takes more',
      changed('components schemas NewNotice properties urgent type', ['boolean', 'null']),
      false,
    ],
    ['values that a request may have', changed('components schemas NewNotice properties text enum', ['a']), true],
    ['a property that an answer had', changed(`${get} responses 200 content`, list), true],
    [
      'a property that an answer has as well',
      changed('components schemas Notice properties at', { type: 'string' }),
      false,
    ],
    ['a property that an answer may not have', changed('components schemas Notice required', ['id']), true],
    ['a number where an integer was', changed('components schemas Notice properties id type', 'number'), true],
    ['a success that is not answered any longer', changed(`${post} responses 201`), true],
    ['a refusal that is not answered any longer', changed(`${post} responses 422`), false],
    ['a sentence', changed(`${get} summary`, 'Every notice'), false],
  ])('%s [feature.openapi.diff]', (_what, after, breaks) => {
    const found = differences(API as unknown as JsonObject, after);
    expect(
      found.some(({ breaking }) => breaking),
      JSON.stringify(found),
    ).toBe(breaks);
  });

  it('ends on schemas that hold themselves [feature.openapi.diff]', () => {
    const tree = changed('components schemas Notice properties parent', { $ref: '#/components/schemas/Notice' });
    expect(differences(tree, structuredClone(tree))).toEqual([]);
  });

  it('takes the document of a branch or commit, and a first one breaks nothing [feature.openapi.diff]', async () => {
    const git = (...argv: string[]) =>
      execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=a@example.invalid', ...argv], { cwd: directory });
    git('init', '-q', '-b', 'main');
    git('commit', '-q', '--allow-empty', '-m', 'begin');
    const run = async () => openapiDiff.run(openapiDiff.input.parse({ directory, base: 'main' }), await testContext());
    expect(await run()).toEqual({ found: false, compatible: true, breaking: [], changes: [] });
    git('add', '.');
    git('commit', '-q', '-m', 'feat: an API');
    keep(changed('paths /api/notices/{id}'));
    expect(await run()).toEqual({
      found: true,
      compatible: false,
      breaking: [{ where: 'DELETE /api/notices/{id}', what: 'is gone' }],
      changes: [],
    });
  });
});

describe('what is made of a document', () => {
  it('is types that say the API, and the same again changes nothing [feature.openapi.types]', async () => {
    const run = async () =>
      openapiTypes.run(openapiTypes.input.parse({ directory, to: 'src/api.d.ts' }), await testContext());
    expect(await run()).toMatchObject({ changed: true });
    const text = readFileSync(join(directory, 'src/api.d.ts'), 'utf8');
    expect(text).toContain('listNotices: {');
    expect(text).toContain('"/api/notices/{id}"');
    expect(await run()).toMatchObject({ changed: false });
  });

  it('is a client that calls it, typed by these types [feature.openapi.types]', async () => {
    const made = await openapiClient.run(
      openapiClient.input.parse({ directory, to: 'src/client.js', types: 'src/api.d.ts' }),
      await testContext(),
    );
    expect(made).toMatchObject({ operations: 3, changed: true });
    expect(readFileSync(made.file, 'utf8')).toContain(`import('./api.d.ts').paths['/api/notices']['post']`);
    const client = (await import(/* @vite-ignore */ pathToFileURL(made.file).href)) as Record<
      string,
      (options: object) => Promise<unknown>
    >;
    const asked: string[] = [];
    const fetch = (url: string, init: { method: string; body?: string }) => {
      asked.push(`${init.method} ${url} ${init.body ?? ''}`);
      return Promise.resolve(
        init.method === 'POST' ? Response.json({ error: 'too short' }, { status: 422 }) : Response.json([{ id: 1 }]),
      );
    };
    expect(await client.listNotices!({ query: { limit: 2, none: undefined }, fetch })).toEqual([{ id: 1 }]);
    await expect(client.postNotice!({ body: { text: '' }, base: 'http://x', fetch })).rejects.toMatchObject({
      status: 422,
      message: 'too short',
    });
    await client.deleteApiNoticesId!({ path: { id: 'a/b' }, fetch });
    expect(asked).toEqual([
      'GET /api/notices?limit=2 ',
      'POST http://x/api/notices {"text":""}',
      'DELETE /api/notices/a%2Fb ',
    ]);
  });
});
