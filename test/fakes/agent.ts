import type { ModelMessage } from 'ai';
import { MockLanguageModelV4 } from 'ai/test';
import { agentRun } from '../../daemon/actions/agent-run.ts';
import type { Action } from '../../daemon/actions/action.ts';
import type { ChosenModel } from '../../daemon/agent/models.ts';
import { openAgents } from '../../daemon/agent/open-agents.ts';
import { journaledTurns } from '../../daemon/agent/turns.ts';
import { readBody } from '../../daemon/engine/definitions.ts';
import { sqliteManifests } from '../../daemon/journal/manifests.ts';
import { openToolCalls } from '../../daemon/personas/open-tool-calls.ts';
import type { Json, JsonObject } from '../../shared/json.ts';
import type { PersonaShape } from '../../shared/workflow/role.ts';
import { createTestEngine, type TestEngine } from './engine.ts';
import { STDIO_SERVER, testServers, type TestServers } from './mcp/servers.ts';
import { createSigner, ownersOf } from './signer.ts';

type GenerateOptions = Parameters<MockLanguageModelV4['doGenerate']>[0];
type GenerateResult = Awaited<ReturnType<MockLanguageModelV4['doGenerate']>>;

/** What a model of a test says in one turn: a text, calls of tools by their names, or an error that its provider throws. */
export type Says = string | { calls: [name: string, input: JsonObject | string][]; text?: string } | Error;

/** A model that says what the test has it say, turn by turn; it fails a test that asks it more often. */
export function scripted(...turns: Says[]) {
  const left = [...turns];
  const asked: GenerateOptions[] = [];
  const model = new MockLanguageModelV4({
    modelId: 'scripted',
    doGenerate: (options) => {
      asked.push(structuredClone({ ...options, abortSignal: undefined }));
      const says = left.shift();
      if (says === undefined) throw new Error('the model was asked once more than the test has it answer');
      if (says instanceof Error) throw says;
      return Promise.resolve(turnOf(says));
    },
  });
  return { model, asked, left };
}

function turnOf(says: Exclude<Says, Error>): GenerateResult {
  const text = typeof says === 'string' ? says : says.text;
  const calls = typeof says === 'string' ? [] : says.calls;
  return {
    content: [
      ...(text === undefined ? [] : [{ type: 'text' as const, text }]),
      ...calls.map(([toolName, input], index) => ({
        type: 'tool-call' as const,
        toolCallId: `call-${index}`,
        toolName,
        input: typeof input === 'string' ? input : JSON.stringify(input),
      })),
    ],
    finishReason: { unified: calls.length > 0 ? 'tool-calls' : 'stop', raw: undefined },
    usage: {
      inputTokens: { total: 100, noCache: 100, cacheRead: 0, cacheWrite: 0 },
      outputTokens: { total: 10, text: 10, reasoning: 0 },
    },
    warnings: [],
  };
}

/** What a model was shown of the answers of tools. */
export function toolAnswers({ prompt }: GenerateOptions): Json[] {
  const messages = prompt as unknown as ModelMessage[];
  return messages
    .filter(({ role }) => role === 'tool')
    .flatMap(({ content }) => content as { output: { value: Json } }[])
    .map(({ output }) => output.value);
}

export interface AgentDesk {
  test: TestEngine;
  tools: TestServers;
  /** The process ends by itself and another one goes on. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** The person who signs for a desk. */
const ada = createSigner('Ada');

/** A real engine, journal and MCP server, with a model that the test chooses, or none. */
export async function openAgentDesk(
  model: () => ChosenModel | undefined,
  own: {
    persona?: Partial<PersonaShape>;
    actions?: readonly Action[];
    directory?: string;
    redact?<T>(value: T): T;
  } = {},
): Promise<AgentDesk> {
  const persona: PersonaShape = {
    id: 'tester',
    actions: ['agent.run', 'act.*'],
    secrets: [],
    tools: { stdio: ['*'] },
    prompt: 'You test things.',
    ...own.persona,
  };
  const personas = new Map([['tester', persona]]);
  const redact = own.redact ?? ((value) => value);
  let test: TestEngine;
  const lazy = <T extends object>(real: () => T): T =>
    new Proxy({} as T, { get: (_, name) => real()[name as keyof T] });
  const actions = new Map<string, Action>();
  const journal = lazy(() => test.journal);
  const toolCalls = openToolCalls(journal, () => test.engine, {
    personas: () => personas,
    servers: lazy(() => desk.tools.servers),
    redact,
  });
  const agents = openAgents({
    models: { choose: () => Promise.resolve(model()) },
    toolCalls,
    turns: journaledTurns(journal),
    actions: () => actions,
    persona: (run, id) => readBody(test.journal.definition(test.journal.run(run)!.definition)!).personas[id],
    redact,
  });
  // A new engine goes on with its runs before anybody could say which one it is.
  const opened = Promise.withResolvers<void>();
  let open: Promise<unknown> = opened.promise;
  actions.set('agent.run', agentRun({ work: (task, context) => open.then(() => agents.work(task, context)) }));
  for (const action of own.actions ?? []) actions.set(action.name, action);
  test = await createTestEngine({
    ...(own.directory === undefined ? {} : { directory: own.directory }),
    options: { actions, personas: () => personas, owner: ownersOf(ada), redact },
  });
  for (const [name, action] of test.actions) actions.set(name, action);
  const tools = testServers(
    { stdio: STDIO_SERVER },
    { store: lazy(() => sqliteManifests(test.database, test.journal)) },
  );
  const { hash } = await tools.servers.inspect('stdio');
  if (own.directory === undefined)
    await test.engine.trust(hash, ada.sign(test.engine.challenge({ kind: 'trust', definition: hash })));
  const desk: AgentDesk = {
    test,
    tools,
    async restart() {
      const { promise, resolve } = Promise.withResolvers<void>();
      open = promise;
      desk.test = test = await test.restart();
      resolve();
    },
    async close() {
      await tools.servers.close();
      test.remove();
    },
  };
  opened.resolve();
  return desk;
}
