import type { Json, JsonObject } from '../../shared/json.ts';
import type { EventType } from '../../shared/run/event.ts';

type Kind = 'text' | 'number' | 'flag' | 'list' | 'object' | 'any';
/** A name that ends in `?` may be missing. */
type Shape = Readonly<Record<string, Kind>>;

const FAILURE: Shape = { failure: 'object' };

/**
 * What each event has to say at least, so that whoever folds it can rely on it. A worker is of the same program as the hub, so
 * this is no second definition of the events: it keeps what is no event of ours from the record.
 */
const SHAPES: Readonly<Record<EventType, Shape>> = {
  'run.started': {
    definition: 'text',
    title: 'text',
    number: 'number',
    inputs: 'object',
    by: 'object',
    dryRun: 'flag',
    memory: 'text',
    personas: 'object',
    'graph?': 'text',
    'page?': 'text',
    'parent?': 'object',
    'signature?': 'object',
  },
  'run.resumed': { by: 'object', forget: 'list' },
  'run.reset': { by: 'object', from: 'text', forget: 'list' },
  'run.moved': {
    by: 'object',
    from: 'text',
    to: 'text',
    title: 'text',
    inputs: 'object',
    personas: 'object',
    changes: 'object',
    forget: 'list',
    gates: 'list',
    'signature?': 'object',
  },
  'run.completed': { output: 'any' },
  'run.failed': FAILURE,
  'run.cancelling': { by: 'object', 'reason?': 'text' },
  'run.cancelled': FAILURE,
  'run.suspended': FAILURE,
  'node.started': { role: 'text', title: 'text', 'step?': 'object', 'persona?': 'text' },
  'node.completed': {
    output: 'any',
    startedAt: 'number',
    'step?': 'object',
    'remember?': 'object',
    'assumed?': 'text',
    'doubt?': 'text',
  },
  'node.failed': { ...FAILURE, startedAt: 'number', 'step?': 'object' },
  'node.cancelled': { startedAt: 'number' },
  'node.skipped': { reason: 'text', 'signature?': 'object', 'shown?': 'text' },
  'node.unknown': { ...FAILURE, step: 'object' },
  'effect.verified': { verdict: 'text', 'why?': 'text' },
  'decision.made': { name: 'text', value: 'any', 'transient?': 'flag' },
  'branch.ended': { name: 'text', 'failure?': 'object' },
  'timer.set': { name: 'text', at: 'number', 'once?': 'flag' },
  'timer.fired': { name: 'text' },
  'signal.received': { name: 'text', value: 'any' },
  'gate.opened': { title: 'text', checks: 'list', signOffs: 'list', digest: 'text', 'assumed?': 'flag' },
  'gate.signed': { signOff: 'text', signature: 'object' },
  'gate.refused': { signOff: 'text', signature: 'object', 'reason?': 'text', 'shown?': 'text' },
  'gate.closed': { passed: 'flag', why: 'text', 'assumed?': 'flag' },
  'ask.opened': {
    question: 'text',
    from: 'text',
    'because?': 'text',
    'options?': 'list',
    'form?': 'object',
    'deadline?': 'number',
  },
  'ask.answered': { answer: 'any', by: 'object' },
  'persona.switched': { from: 'any', to: 'text', 'by?': 'object', 'signature?': 'object' },
  'persona.refused': { persona: 'text', wanted: 'text', why: 'text', 'by?': 'object' },
  'tools.offered': { to: 'text', persona: 'text', tools: 'list', tokens: 'number', own: 'number', shortened: 'list' },
  'tool.called': { call: 'text', persona: 'text', server: 'text', tool: 'text', with: 'object', by: 'object' },
  'tool.ended': { call: 'text', outcome: 'text', tokens: 'number', 'failure?': 'object' },
  'agent.turn': {
    conversation: 'text',
    turn: 'number',
    model: 'text',
    calls: 'list',
    messages: 'list',
    tokens: 'object',
  },
  'memory.added': { key: 'text', value: 'any', by: 'object' },
  'incident.opened': { id: 'text', title: 'text', service: 'text', severity: 'text', known: 'flag', by: 'object' },
  'alerts.received': { source: 'text', firing: 'list', resolved: 'list', 'leftOut?': 'number' },
  'incident.updated': { change: 'object', by: 'object', 'why?': 'text', 'key?': 'text' },
  'incident.line': { line: 'number', deed: 'text', by: 'object', 'text?': 'text' },
  'note.added': { text: 'text', by: 'object' },
};

/** What is wrong with an event's payload; undefined when it says what its type has to say. */
export function troubleIn(type: string, payload: JsonObject): string | undefined {
  if (!Object.hasOwn(SHAPES, type))
    return `there is no event “${type.slice(0, 60)}”. Is the worker of another version?`;
  for (const [written, kind] of Object.entries(SHAPES[type as EventType])) {
    const name = written.replace('?', '');
    const value = Object.hasOwn(payload, name) ? payload[name] : undefined;
    if (value === undefined && written.endsWith('?')) continue;
    if (!is(kind, value)) return `${type} needs “${name}” to be ${kind === 'any' ? 'there' : `of the kind “${kind}”`}`;
  }
  return undefined;
}

function is(kind: Kind, value: Json | undefined): boolean {
  switch (kind) {
    case 'text':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'number';
    case 'flag':
      return typeof value === 'boolean';
    case 'list':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'any':
      return value !== undefined;
  }
}
