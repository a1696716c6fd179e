import { existsSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { z } from 'zod';
import { actions as actionList } from '../../../daemon/actions/index.ts';
import { receiptBlocks } from '../../../daemon/page-parts/receipts.ts';
import type { PageSource } from '../../../daemon/pages/page.ts';
import type { RunEvent } from '../../../shared/run/event.ts';
import type { JsonObject } from '../../../shared/json.ts';
import type { RunState } from '../../../shared/run/state.ts';
import type { PersonaShape } from '../../../shared/workflow/role.ts';
import { createTestEngine, type TestEngine } from '../../fakes/engine.ts';
import { node, step, workflowOf } from '../../fakes/outline.ts';

const folder = mkdtempSync(join(tmpdir(), 'refusals-'));
mkdirSync(join(folder, 'work', 'inner'), { recursive: true });
mkdirSync(join(folder, 'vault'));
writeFileSync(join(folder, 'work', '.env'), 'A=1\n');
writeFileSync(join(folder, 'vault', 'key.pem'), 'key\n');
symlinkSync(join(folder, 'vault'), join(folder, 'work', 'innocent'));
symlinkSync(join(folder, 'work', '.env'), join(folder, 'work', 'readme.txt'));
const work = join(folder, 'work');

/** What the run was begun with, and what holds when its step comes. */
const loose: PersonaShape = {
  id: 'tester',
  actions: ['*'],
  secrets: ['GITHUB_TOKEN', 'AWS_KEY'],
  tools: Object.fromEntries(
    ['github', 'files', 'grafana', 'GitHub', 'constructor', '__proto__'].map((server) => [server, ['*']]),
  ),
};
const tight: PersonaShape = {
  id: 'tester',
  actions: ['files.write', 'git.status', 'git.log', 'github.create_issue', 'shell.run', 'version.*', 'page.append'],
  secrets: ['GITHUB_TOKEN'],
  tools: { github: ['get_*', 'list_issues'], files: ['read_file', 'delete_file'] },
  restrictedPaths: ['**/.env', '**/node_modules/**', join(folder, 'vault', '**'), 'secrets/*.json'],
  blockList: ['AWS_*', 'NPM_TOKEN'],
  requireApprovalFor: ['file_delete', 'github.create_issue'],
};

const anything = z.record(z.string(), z.json());
let test: TestEngine | undefined;
afterEach(() => {
  test?.remove();
  test = undefined;
});

async function attempt(
  uses: string,
  given: JsonObject,
  source?: string,
): Promise<{ state: RunState; events: RunEvent[] }> {
  let now = loose;
  test = await createTestEngine({
    options: {
      // The names and what they touch are real; settings are those that matter here.
      actions: new Map(actionList.map((action) => [action.name, { ...action, input: anything }])),
      personas: () => new Map([['tester', now]]),
      secrets: { read: () => Promise.reject(new Error('a secret was read')) },
    },
  });
  const tried = step('try', uses, { with: given });
  const definition = workflowOf(
    source === undefined ? tried : { ...tried, source: { language: 'bash', text: source } },
  );
  const { engine } = test;
  const started = engine.start({ definition, inputs: {}, graph: folder, by: { kind: 'person', name: 'Ada' } });
  now = tight;
  const state = await engine.settled(await started);
  return { state, events: engine.events(state.run) };
}

const mcp = (server: string, tool: string, args: JsonObject = {}): [string, JsonObject] => [
  'mcp.call',
  { server, tool, arguments: args },
];
const read = (path: string): [string, JsonObject] => mcp('files', 'read_file', { path });
const shell = (source: string, more: JsonObject = {}): [string, JsonObject, string] => [
  'shell.run',
  { directory: work, ...more },
  source,
];

const ATTEMPTS: [string, string, JsonObject, string?][] = [
  ['an action of another persona', 'git.push', { directory: work }],
  ['an action with the prefix of an allowed one', 'git.tag', { directory: work, name: 'v1', message: 'm' }],
  ['an action beside an allowed one', 'github.merge_pull_request', { repository: 'a/b', number: 1 }],
  ['publishing', 'npm.publish', { tarball: 'a.tgz' }],
  ['another host', 'http.request', { url: 'https://example.com' }],
  ['code in a sandbox', 'sandbox.run', { language: 'node' }],
  ['memory', 'memory.read', { key: 'a' }],
  ['a page of another kind', 'page.write_release', {}],
  ['a tool that is not listed', ...mcp('github', 'delete_repository')],
  ['a tool with a listed one inside of its name', ...mcp('github', 'forget_issue')],
  ['a tool whose name begins as a listed one, cut short', ...mcp('github', 'get')],
  ['a tool in other capitals', ...mcp('github', 'GET_issue')],
  ['a renamed tool', ...mcp('github', 'list_issues2')],
  ['a tool with the server in its name twice', ...mcp('github', 'github_github_get_me')],
  ['a tool with a space behind', ...mcp('github', 'list_issues ')],
  ['a tool with a character that looks the same', ...mcp('github', 'list_issuеs')],
  ['a tool with a path before', ...mcp('github', '../files/read_file')],
  ['a tool of another server by its name here', ...mcp('grafana', 'list_issues')],
  ['a server that is not listed', ...mcp('grafana', 'query_prometheus')],
  ['a server in other capitals', ...mcp('GitHub', 'list_issues')],
  ['a server named like a part of every object', ...mcp('constructor', 'list_issues')],
  ['a server named __proto__', ...mcp('__proto__', 'list_issues')],
  ['a restricted file', ...read(join(work, '.env'))],
  ['a restricted file by ..', ...read(join(work, 'inner') + '/../.env')],
  ['a restricted file by . and doubled slashes', ...read(`${work}//./.env`)],
  ['a restricted file through a link', ...read(join(work, 'readme.txt'))],
  ['a restricted folder through a link', ...read(join(work, 'innocent', 'key.pem'))],
  ['a restricted folder itself', ...read(join(folder, 'vault'))],
  ['a restricted folder through a link and ..', ...read(join(work, 'inner', '..', 'innocent', 'key.pem'))],
  ['a restricted file that is not there yet', ...read(join(work, 'inner', '.env'))],
  ['a restricted file in other capitals', ...read(join(work, '.ENV'))],
  ['a restricted file as a URL', ...read(`file://${work}/.env`)],
  ['a restricted file with percent signs', ...read(`${work}/%2eenv`)],
  ['a restricted file with .. in percent signs', ...read(`${work}/inner/%2e%2e/.env`)],
  ['a restricted file of the home directory', ...read('~/.env')],
  ['a restricted file with backslashes', ...read('inner\\..\\.env')],
  ['a restricted relative file', ...read('secrets/token.json')],
  ['a file below a restricted folder', ...read(join(homedir(), 'node_modules', 'a', 'index.js'))],
  [
    'a restricted file deep in the arguments',
    ...mcp('files', 'read_file', { all: [{ of: { them: ['a', `${work}/.env`] } }] }),
  ],
  ['a restricted file as the name of an argument', ...mcp('files', 'read_file', { [`${work}/.env`]: true })],
  ['a restricted folder to work in', 'git.status', { directory: join(folder, 'vault') }],
  ['a link to a restricted folder to work in', 'git.status', { directory: join(work, 'innocent') }],
  ['a restricted file in a script', ...shell('cat .env')],
  ['a restricted file in a wrapped command', ...shell('bash -c "cat \'./inner/../.env\'"')],
  ['a restricted file behind a redirection', ...shell('echo A=2 >.env')],
  ['a restricted file as a value of a variable', ...shell('cat "$FILE"', { env: { FILE: './.env' } })],
  [
    'a secret of somebody else',
    'github.create_issue',
    { repository: 'a/b', title: 't', token: "${{ secret('AWS_KEY') }}" },
  ],
  ['a variable on the block list', ...shell('true', { env: { AWS_SESSION: 'a' } })],
  ['a variable on the block list in other capitals', ...shell('true', { env: { aws_session: 'a' } })],
  ['a variable that is blocked by its name', ...shell('true', { env: { NPM_TOKEN: 'a' } })],
  ['a tool that needs a signed gate, without one', ...mcp('files', 'delete_file', { path: 'a' })],
  ['an action that needs a signed gate, without one', 'github.create_issue', { repository: 'a/b', title: 't' }],
];

it('tries at least forty ways [personas.limits.refused]', () => {
  expect(ATTEMPTS.length).toBeGreaterThanOrEqual(40);
  expect(new Set(ATTEMPTS.map(([name]) => name)).size).toBe(ATTEMPTS.length);
});

it.each(ATTEMPTS)('refuses, records and receipts %s [personas.limits.refused]', async (_, uses, given, source) => {
  const { state, events } = await attempt(uses, given, source);
  expect(state.failure).toMatchObject({ code: 'persona.refused' });
  expect(state.refusals).toHaveLength(1);
  const [{ wanted, persona, node: key }] = state.refusals as [RunState['refusals'][number]];
  expect({ persona, key }).toEqual({ persona: 'tester', key: 'work/try' });
  expect(wanted).toBe(uses === 'mcp.call' ? `${String(given.server)}/${String(given.tool)}` : uses);
  expect(events.filter(({ type }) => type === 'persona.refused')).toHaveLength(1);
  expect(events.some(({ type, node: at }) => type === 'node.started' && at === 'work/try')).toBe(false);
  const [first] = receiptBlocks({ state, events } as unknown as PageSource);
  expect(JSON.stringify(first)).toContain('Refused');
});

it.each([
  ['an allowed action', 'git.status', { directory: work }],
  ['a file that is none of the restricted', 'version.read', { directory: join(work, 'inner') }],
  ['a file that only writes of one', 'files.write', { directory: work, files: [{ path: 'a.md', text: 'see .env' }] }],
] as [string, string, JsonObject][])('does not refuse %s [personas.limits.refused]', async (_, uses, given) => {
  const { state } = await attempt(uses, given);
  expect(state.refusals).toEqual([]);
  expect(state.failure?.code).not.toBe('persona.refused');
});

it.each([
  ['by its name', '.env'],
  ['in other letters, by a way around', 'inner/../.ENV'],
  ['by a link', 'innocent/other.pem'],
  ['behind words', 'notes for you/secrets/a.json'],
])('refuses to write a restricted file among others, %s [personas.limits.refused]', async (_, path) => {
  const files = [
    { path: 'fine.md', text: 'fine' },
    { path, text: 'x' },
  ];
  const { state } = await attempt('files.write', { directory: work, files });
  expect(state.failure).toMatchObject({ code: 'persona.refused' });
  expect(existsSync(join(work, 'fine.md'))).toBe(false);
});

it('stops a waiting run at its next step [personas.limits.tighten]', async () => {
  let now: PersonaShape = { id: 'tester', actions: ['act.*'], secrets: [] };
  const engine = (test = await createTestEngine({ options: { personas: () => new Map([['tester', now]]) } }));
  const question = node('ask', 'wait', { question: 'Go on?' });
  const definition = workflowOf(question, step('later', 'act.write', { with: { name: 'later' } }));
  const state = await engine.run(definition);
  now = { ...now, actions: ['act.read'] };
  await engine.engine.answer(state.run, 'work/wait', 'yes', { kind: 'person', name: 'Ada' });
  await engine.work();
  expect(engine.engine.state(state.run).failure).toMatchObject({ code: 'persona.refused' });
  expect(engine.world.calls).toEqual([]);
});
