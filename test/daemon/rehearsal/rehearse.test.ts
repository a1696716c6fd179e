import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineAction, type Action } from '../../../daemon/actions/action.ts';
import { primitives } from '../../../daemon/primitives/index.ts';
import { basisOf, moved, type Ground } from '../../../daemon/rehearsal/basis.ts';
import { injectFaults } from '../../../daemon/rehearsal/faults.ts';
import { probe } from '../../../daemon/rehearsal/probe.ts';
import type { McpServers } from '../../../daemon/mcp/servers.ts';
import { parseWorkflowText } from '../../../shared/workflow/parse.ts';
import { createDesk, pageOf, type Desk } from '../../fakes/stagebook.ts';

const input = z.strictObject({});
const output = z.strictObject({ ok: z.boolean() });
const run = () => Promise.resolve({ ok: true });
const act = (name: string, effect: 'read' | 'write'): Action =>
  defineAction({ name, summary: name, effect, input, output, run, verify: () => Promise.resolve({ is: 'not-done' }) });
const actions = new Map([act('act.look', 'read'), act('act.write', 'write')].map((action) => [action.name, action]));
const tester = { id: 'tester', actions: ['act.*', 'mcp.*'], secrets: [] };

const PAGE = pageOf(
  `
- {{renderer :stagebook, step}} Look
  \`\`\`yaml
  uses: act.look
  \`\`\`
- {{renderer :stagebook, retry}} Stubborn
  \`\`\`yaml
  attempts: 3
  \`\`\`
	- {{renderer :stagebook, step}} Write
	  \`\`\`yaml
	  uses: act.write
	  \`\`\`
- {{renderer :stagebook, gate}} Agreed
	- {{renderer :stagebook, sign-off}} Two people
	  \`\`\`yaml
	  people: 2
	  \`\`\`
`,
  '',
  'tester',
);
const definition = parseWorkflowText(PAGE).definition!;
const stage = { definition, primitives, actions, personas: new Map([['tester', tester]]), page: () => undefined };

it('fails each step once, for good, and loses its answer, and tells how the run then ends [review.rehearsal.faults]', async () => {
  const { baseline, steps, reached, faults } = await injectFaults(stage);
  expect([baseline, steps, reached]).toEqual(['completed', 2, 2]);
  expect(faults.map(({ title, kind, ended, problem }) => [title, kind, ended, problem])).toEqual([
    ['Look', 'fails-once', 'failed (rehearsal.unreachable)', undefined],
    ['Look', 'fails', 'failed (rehearsal.denied)', undefined],
    ['Write', 'fails-once', 'completed', undefined],
    ['Write', 'fails', 'failed (rehearsal.denied)', undefined],
    ['Write', 'lost', 'completed', undefined],
  ]);
});

const CHOOSY = pageOf(
  `
- {{renderer :stagebook, step}} Look
  \`\`\`yaml
  uses: act.look
  \`\`\`
- {{renderer :stagebook, gate}} Seen to be good
	- {{renderer :stagebook, check}} It is
	  \`\`\`yaml
	  that: 'steps.look.output.ok'
	  \`\`\`
- {{renderer :stagebook, step}} Write
  \`\`\`yaml
  uses: act.write
  \`\`\`
`,
  '',
  'tester',
);

it.each([
  ['names the gate that made-up values did not pass', { answers: { 'act.look': { ok: false } } }, 'Seen to be good'],
  ['names none where the run without a fault completes', { answers: { 'act.look': { ok: true } } }, undefined],
])('%s [review.rehearsal.faults]', async (_, start, gate) => {
  const choosy = { ...stage, definition: parseWorkflowText(CHOOSY).definition! };
  const report = await injectFaults(choosy, start);
  expect([report.gate, report.reached]).toEqual([gate, gate === undefined ? 2 : 1]);
});

describe('a rehearsal goes stale', () => {
  const ground: Ground = { actions, personas: new Map([['tester', tester]]), manifest: () => undefined };
  const before = basisOf('one', [definition], ground);

  it('when the page, an action, a persona or the tools of a server move, and says which [review.rehearsal.stale]', () => {
    expect(moved(before, basisOf('one', [definition], ground))).toEqual([]);
    expect(moved(before, basisOf('two', [definition], ground))).toEqual(['the page itself']);
    const write = { ...act('act.write', 'write'), output: output.extend({ more: z.string() }) };
    const newer = new Map(actions).set('act.write', write);
    expect(moved(before, basisOf('one', [definition], { ...ground, actions: newer }))).toEqual([
      'the action act.write',
    ]);
    const tight = new Map([['tester', { ...tester, actions: ['act.look'] }]]);
    expect(moved(before, basisOf('one', [definition], { ...ground, personas: tight }))).toEqual(['the persona tester']);

    const tools = parseWorkflowText(
      pageOf(
        `- {{renderer :stagebook, step}} Ask\n  \`\`\`yaml\n  uses: mcp.call\n  with: { server: files, tool: list }\n  \`\`\``,
      ),
    ).definition!;
    const manifest = (names: string[]) => ({
      server: 'files',
      launch: {},
      tools: names.map((name) => ({ name, inputSchema: {} })),
    });
    const old = basisOf('one', [tools], { ...ground, manifest: () => manifest(['list']) });
    const now = basisOf('one', [tools], { ...ground, manifest: () => manifest(['list', 'remove']) });
    expect(moved(old, now)).toEqual(['the MCP server files']);
  });
});

describe('what a workflow needs is looked for', () => {
  const asking = parseWorkflowText(
    pageOf(
      `- {{renderer :stagebook, step}} Ask\n  \`\`\`yaml\n  uses: mcp.call\n  with: { server: files, tool: list }\n  \`\`\``,
    ),
  ).definition!;
  const means = (servers: Partial<McpServers>) => ({
    hasSecret: (name: string) => Promise.resolve(name === 'THERE'),
    servers: servers as McpServers,
    dryRun: () => Promise.reject(new Error('not wanted')),
  });
  const named = { definitions: [asking], secrets: ['THERE', 'GONE'] };
  const manifest = (names: string[]) => ({
    server: 'files',
    launch: {},
    tools: names.map((name) => ({ name, inputSchema: {} })),
  });

  it('secrets, and the tools of servers; one that nobody trusts is not started [review.rehearsal.probe]', async () => {
    const untrusted = means({
      pinned: () => undefined,
      inspect: () => Promise.reject(new Error('was started')),
    });
    expect((await probe(named, untrusted, undefined)).map(({ what, ok }) => [what, ok])).toEqual([
      ['secret THERE', true],
      ['secret GONE', false],
      ['MCP server files', false],
    ]);
    const changed = means({
      pinned: () => manifest(['list']),
      inspect: () => Promise.resolve({ manifest: manifest(['remove']), hash: 'another' }),
    });
    const found = await probe({ ...named, secrets: [] }, changed, undefined);
    expect(found.map(({ what, ok }) => [what, ok])).toEqual([
      ['MCP server files', false],
      ['tool files/list', false],
    ]);
  });
});

describe('at the command line', () => {
  let desk: Desk;
  beforeEach(() => (desk = createDesk()));
  afterEach(() => desk.remove());

  it('rehearses a page, reads with its inputs, changes nothing, and is told wherever workflows are listed [review.rehearsal.wears]', async () => {
    const manifest = desk.write('package.json', JSON.stringify({ name: 'clock', version: '1.2.0' }));
    const text = pageOf(
      `
- {{renderer :stagebook, step}} Read the version
  \`\`\`yaml
  uses: version.read
  with: { directory: "\${{ inputs.directory }}" }
  \`\`\`
- {{renderer :stagebook, step}} Bump it
  \`\`\`yaml
  uses: version.bump
  with: { directory: "\${{ inputs.directory }}", level: major }
  \`\`\``,
      'inputs: { directory: { type: path } }',
    );
    const file = desk.write('release.md', text);
    const list = async () =>
      JSON.parse((await desk.run('list', 'workflows', '--graph', graph, '--json')).out) as unknown[];
    const graph = join(desk.folder, 'notes');
    await desk.demo(file);
    mkdirSync(join(graph, 'pages'), { recursive: true });
    writeFileSync(join(graph, 'pages', 'Release.md'), text);
    expect(await list()).toContainEqual(expect.objectContaining({ name: 'Release', rehearsed: null }));

    const held = await desk.run('rehearse', file, '-i', `directory=${desk.folder}`);
    expect(held.code, held.out + held.err).toBe(0);
    expect(held.out).toContain('✓ version.read');
    expect(held.out).toContain('nothing is wrong');
    expect(JSON.parse(readFileSync(manifest, 'utf8'))).toMatchObject({ version: '1.2.0' });
    expect(await list()).toContainEqual(
      expect.objectContaining({
        name: 'Release',
        rehearsed: expect.objectContaining({ ok: true, stale: [] }) as unknown,
      }),
    );
    writeFileSync(join(graph, 'pages', 'Release.md'), text.replace('major', 'minor'));
    expect(await list()).toContainEqual(
      expect.objectContaining({
        name: 'Release',
        rehearsed: expect.objectContaining({ stale: ['the page itself'] }) as unknown,
      }),
    );

    writeFileSync(
      file,
      `${text.trimEnd()}
- {{renderer :stagebook, gate}} Out of the nineties
	- {{renderer :stagebook, check}} It has the version that nothing made up has
	  \`\`\`yaml
	  that: 'steps.read_the_version.output.version == "2.0.0"'
	  \`\`\`
`,
    );
    const stopped = await desk.run('rehearse', file, '-i', `directory=${desk.folder}`);
    expect(stopped.out).not.toContain('nothing is wrong');
    expect(stopped.out.trimEnd().split('\n').at(-1)).toContain('the gate “Out of the nineties” was not passed');
    writeFileSync(file, text);

    const gone = await desk.run('rehearse', file, '-i', `directory=${graph}`);
    expect(gone.code).toBe(1);
    expect(gone.out).toContain('✗ version.read');
  });
});
