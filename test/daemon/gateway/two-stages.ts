import { fold } from '../../../shared/run/fold/fold.ts';
import type { RunState } from '../../../shared/run/state.ts';
import type { Definition } from '../../../shared/workflow/definition.ts';
import type { PersonaShape } from '../../../shared/workflow/role.ts';
import { createTestGateway, type GatewayOptions, type TestGateway } from '../../fakes/gateway.ts';
import { STDIO_SERVER } from '../../fakes/mcp/servers.ts';
import { node, step } from '../../fakes/outline.ts';

export const OWN = [
  'current_stage',
  'read_memory',
  'remember',
  'answer',
  'note',
  'search_graph',
  'read_page',
  'append_to_page',
  'propose_edit',
];

export const READS = ['current_stage', 'search_graph', 'read_page'];

export const first: PersonaShape = {
  id: 'first',
  actions: ['act.*', 'page.*'],
  secrets: [],
  tools: { files: ['add', 'note', 'read_file', 'crash', 'huge', 'malformed', 'inject', 'fails', 'progress'] },
  restrictedPaths: ['**/.env'],
  requireApprovalFor: ['note'],
};

export const second: PersonaShape = { id: 'second', actions: ['act.*'], secrets: [], tools: { other: ['pid', 'set'] } };

/** Two stages of two personas; in the first an agent and then a person is asked. */
export const twoStages: Definition = {
  language: 1,
  header: node('workflow', 'two_stages'),
  body: [
    node(
      'stage',
      'one',
      { persona: 'first' },
      node('ask', 'for_agent', { question: 'What is it?', from: 'agent', options: ['red', 'blue'] }),
      node('ask', 'for_person', { question: 'May it?', options: ['yes', 'no'] }),
    ),
    node(
      'stage',
      'two',
      { persona: 'second' },
      node('gate', 'ready', {}, node('sign-off', 'ada', {})),
      step('done', 'act.read', { with: { name: 'done' } }),
    ),
  ],
};

/** A gateway with both personas, each with a server of its own. */
export const openTwoStages = (more: Partial<GatewayOptions> = {}): Promise<TestGateway> =>
  createTestGateway({ personas: [first, second], servers: { files: STDIO_SERVER, other: STDIO_SERVER }, ...more });

/** Starts a run and lets it come to where it waits or ends. */
export const started = (gateway: TestGateway, definition = twoStages, more: object = {}): Promise<RunState> =>
  gateway.test.run(definition, {}, more);

export const person = { kind: 'person', name: 'Ada' } as const;

/** Answers what stands before the second stage, as a person. */
export async function toSecondStage(gateway: TestGateway, run: string): Promise<void> {
  await gateway.test.engine.answer(run, 'one/for_agent', 'red', person);
  await gateway.test.engine.settled(run);
  await gateway.test.engine.answer(run, 'one/for_person', 'yes', person);
}

/** The run as another life of the engine reads it from the journal. */
export function onRecord(gateway: TestGateway, run: string): RunState {
  return fold(gateway.test.journal.events(run))!;
}
