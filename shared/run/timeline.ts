import { isEvidence, type Evidence as Looked } from '../evidence-shape.ts';
import { MOMENTS } from '../incident/moments.ts';
import { isObject, type Json } from '../json.ts';
import { pathOf, type Definition, type NodeKey, type NodePath, type Role } from '../workflow/definition.ts';
import type { Actor, EventType, RunEvent } from './event.ts';
import { movedText } from './moved.ts';
import { titlesIn, type Titles } from './titles.ts';

/** What a line is about: how it stands, what was found out, what was decided, what was done to the world, what somebody said. */
export type LineKind = 'status' | 'finding' | 'decision' | 'effect' | 'note';

/** One line of a run's timeline (pages.md). All texts are plain, not escaped for any medium. */
export interface TimelineLine {
  /** The event's number in its run: the line's identity. */
  seq: number;
  pos: number;
  /** Milliseconds since the epoch. */
  at: number;
  actor: Actor;
  kind: LineKind;
  node: NodeKey;
  /** One sentence of fact, without its full stop. */
  fact: string;
  evidence: Evidence[];
  /** Whether a reader needs it by default; the rest folds away. */
  shown: boolean;
}

/** What a fact rests on: a value with what it is a value of, or a place on the web. */
export type Evidence = { of: string; value: Json } | { of: string; link: string };

/** The story of a run: what is worth telling, in order. Pure. */
export function timeline(events: readonly RunEvent[], definition: Definition): TimelineLine[] {
  const teller = new Teller(events, definition);
  return events.flatMap((event) => teller.tell(event) ?? []);
}

type Told = Omit<TimelineLine, 'seq' | 'pos' | 'at' | 'node'>;
type Draft = Partial<Told> & Pick<Told, 'kind' | 'fact'>;

const SYSTEM: Actor = { kind: 'system', name: 'Stagebook' };

class Teller {
  readonly titles: Titles;
  readonly #signOffs = new Map<string, string>();
  /** Nodes whose failure is told by the node inside that failed first. */
  readonly #explained = new Set<NodeKey>();
  /** What each node found when it looked last. */
  readonly #found = new Map<NodePath, string>();
  readonly #gaps = new Set<string>();
  /** How many alerts fire up to here. */
  #firing = 0;

  constructor(events: readonly RunEvent[], definition: Definition) {
    this.titles = titlesIn(definition);
    for (const event of events) {
      if (event.type !== 'gate.opened') continue;
      for (const { id, title } of event.payload.signOffs) this.#signOffs.set(`${event.node}\n${id}`, title);
    }
  }

  tell(event: RunEvent): TimelineLine | undefined {
    // Which events have a line is one table; the compiler holds that the payload fits the type.
    const draft = (LINES[event.type] as ((event: RunEvent, teller: Teller) => Draft | undefined) | undefined)?.(
      event,
      this,
    );
    if (!draft) return undefined;
    const { seq, pos, at, node } = event;
    return { seq, pos, at, node, actor: SYSTEM, evidence: [], shown: true, ...draft };
  }

  title(node: NodeKey): string {
    return this.titles.of(node);
  }

  role(node: NodeKey): Role | undefined {
    return this.titles.role(node);
  }

  signOff(node: NodeKey, id: string): string {
    return this.#signOffs.get(`${node}\n${id}`) ?? id;
  }

  /** Whether news of alerts is what a reader needs: the first of them, and that none fires any more. */
  isNews({ firing, resolved }: { firing: readonly unknown[]; resolved: readonly unknown[] }): boolean {
    const before = this.#firing;
    this.#firing += firing.length - resolved.length;
    return (firing.length > 0 && before < SHOWN_ALERTS) || this.#firing === 0;
  }

  /** Whether this gap was not told of before: a source that is away is no news for each question to it. */
  isFirstGap(finding: string): boolean {
    const first = !this.#gaps.has(finding);
    this.#gaps.add(finding);
    return first;
  }

  /** Whether a node found something else than the last time it looked: the same again is no news. */
  saysAnew(node: NodeKey, finding: string): boolean {
    const path = pathOf(node);
    const anew = this.#found.get(path) !== finding;
    this.#found.set(path, finding);
    return anew;
  }

  persona(node: NodeKey, own = this.titles.persona(node)): Actor {
    return own === undefined ? SYSTEM : { kind: 'persona', name: own };
  }

  /** Whether this failure says something that no node inside has said. */
  isFirst(event: RunEvent<'node.failed'>): boolean {
    const first = !this.#explained.has(event.node);
    for (let key = event.node; key.includes('/');) {
      key = key.slice(0, key.lastIndexOf('/'));
      this.#explained.add(key);
      this.#explained.add(key.replace(/(?:\[\d+\]|#\d+)$/, ''));
    }
    return first;
  }
}

/** Of a storm only the first alerts are shown; the others fold away. */
const SHOWN_ALERTS = 5;

const LINES: { [T in EventType]?: (event: RunEvent<T>, teller: Teller) => Draft | undefined } = {
  'run.started': ({ payload }) => ({
    kind: 'status',
    actor: payload.by,
    fact: `started “${payload.title}”${payload.dryRun ? ' as a dry run' : ''}`,
    evidence: [{ of: 'definition', value: payload.definition }],
  }),
  'run.resumed': ({ payload }) => ({ kind: 'decision', actor: payload.by, fact: 'resumed the run' }),
  'run.reset': ({ payload }, teller) => ({
    kind: 'decision',
    actor: payload.by,
    fact: `had everything from “${teller.title(payload.from)}” on done again`,
  }),
  'run.moved': ({ payload }, teller) => ({
    kind: 'decision',
    actor: payload.by,
    fact: `went on with the edited page: ${movedText(payload, (node) => teller.title(node))}`,
    evidence: [
      { of: 'definition', value: payload.to },
      { of: 'definition before', value: payload.from },
    ],
  }),
  'run.completed': () => ({ kind: 'status', fact: 'the run completed' }),
  'run.failed': ({ payload }) => ({
    kind: 'status',
    fact: `the run failed: ${sentence(payload.failure.message)}`,
    evidence: [{ of: 'code', value: payload.failure.code }],
  }),
  'run.cancelling': ({ payload }) => ({
    kind: 'decision',
    actor: payload.by,
    fact: `cancelled the run${payload.reason ? `: ${sentence(payload.reason)}` : ''}`,
  }),
  'run.cancelled': () => ({ kind: 'status', fact: 'the run was cancelled' }),
  'run.suspended': ({ payload }) => ({
    kind: 'status',
    fact: `the run was suspended: ${sentence(payload.failure.message)}`,
    evidence: [{ of: 'code', value: payload.failure.code }],
  }),

  // What a part did is told when it ends; only a stage is worth a line when it begins.
  'node.started': ({ node, payload, attempt }, teller) =>
    payload.role === 'stage'
      ? {
          kind: 'status',
          actor: teller.persona(node, payload.persona),
          fact: `began “${teller.title(node)}”${attempt > 1 ? ` again (attempt ${attempt})` : ''}`,
        }
      : undefined,
  'node.completed': ({ node, payload }, teller) => completed(node, payload, teller),
  'node.failed': (event, teller) => failed(event, teller),
  'node.cancelled': ({ node }, teller) => ({
    kind: 'status',
    fact: `“${teller.title(node)}” was stopped`,
    shown: teller.role(node) === 'stage',
  }),
  'node.skipped': ({ node, payload }, teller) => ({
    kind: payload.signature ? 'decision' : 'status',
    ...(payload.signature && { actor: { kind: 'person', name: payload.signature.person } as const }),
    fact: `“${teller.title(node)}” was skipped: ${sentence(payload.reason)}`,
    shown: payload.signature !== undefined || teller.role(node) === 'stage',
  }),
  'node.unknown': ({ node, payload }, teller) => ({
    kind: 'finding',
    actor: teller.persona(node, payload.step.persona),
    fact: `nobody knows yet whether “${teller.title(node)}” took effect: ${sentence(payload.failure.message)}`,
    evidence: [{ of: 'action', value: payload.step.action }],
  }),
  'effect.verified': ({ node, payload }, teller) => ({
    kind: 'finding',
    fact: `asked again, “${teller.title(node)}” ${VERDICTS[payload.verdict]}`,
    evidence: payload.why === undefined ? [] : [{ of: 'answer', value: payload.why }],
  }),

  'gate.opened': ({ node, payload }, teller) => {
    const held = payload.checks.filter((check) => check.held).length;
    return {
      kind: 'finding',
      fact: `${held} of ${payload.checks.length} requirements of “${teller.title(node)}” hold`,
      evidence: payload.checks.map((check) => ({
        of: `${check.title}${check.held ? '' : ', not held'}`,
        value: check.error ?? check.saw,
      })),
      // When everything holds and nobody is asked, the next line says that it passed.
      shown: held < payload.checks.length || payload.signOffs.length > 0,
    };
  },
  'gate.signed': ({ node, payload }, teller) => ({
    kind: 'decision',
    actor: { kind: 'person', name: payload.signature.person },
    fact: `agreed: “${teller.signOff(node, payload.signOff)}”`,
    evidence: [{ of: 'digest of what was shown', value: payload.signature.digest }],
  }),
  'gate.refused': ({ node, payload }, teller) => ({
    kind: 'decision',
    actor: { kind: 'person', name: payload.signature.person },
    fact: `refused: “${teller.signOff(node, payload.signOff)}”${payload.reason ? `: ${sentence(payload.reason)}` : ''}`,
    evidence: [{ of: 'digest of what was shown', value: payload.signature.digest }],
  }),
  'gate.closed': ({ node, payload }, teller) => ({
    kind: 'decision',
    fact: `“${teller.title(node)}” ${payload.passed ? 'passed' : 'was rejected'}: ${sentence(payload.why)}`,
  }),

  'ask.opened': ({ payload }) => ({
    kind: 'status',
    fact: `asked ${payload.from === 'person' ? 'a person' : 'an agent'}: ${payload.question}`,
  }),
  'ask.answered': ({ node, payload }, teller) => ({
    kind: 'decision',
    actor: payload.by,
    fact: `answered “${teller.title(node)}”`,
    evidence: [{ of: 'answer', value: payload.answer }],
  }),
  'persona.switched': ({ payload }) => ({
    kind: payload.by ? 'decision' : 'status',
    ...(payload.by && { actor: payload.by }),
    fact: payload.from ? `the persona changed from ${payload.from} to ${payload.to}` : `the persona is ${payload.to}`,
    shown: payload.by !== undefined,
  }),
  'persona.refused': ({ node, payload }, teller) => ({
    kind: 'finding',
    fact: `refused ${payload.persona} to use ${payload.wanted} in “${teller.title(node)}”: ${sentence(payload.why)}`,
  }),
  'note.added': ({ payload }) => ({
    kind: 'note',
    actor: payload.by,
    fact: sentence(payload.text),
    evidence: payload.evidence === undefined ? [] : evidenceOf('evidence', payload.evidence),
  }),
  'incident.opened': ({ payload }) => ({
    kind: 'status',
    actor: payload.by,
    fact: `opened ${payload.id}: ${sentence(payload.title)}, ${payload.severity}${payload.known ? '' : ' by default'}`,
    evidence: [{ of: 'severity', value: payload.why }],
  }),
  'alerts.received': ({ payload }, teller) => {
    const { source, firing, resolved } = payload;
    const parts = [told(firing, 'fires', 'fire'), told(resolved, 'is resolved', 'are resolved')].filter(Boolean);
    const since = firing.map(({ started }) => started);
    const until = resolved.flatMap(({ ended }) => ended ?? []);
    const [link] = [...firing, ...resolved].flatMap(({ url }) => (url === '' ? [] : [url]));
    return {
      kind: 'finding',
      actor: { kind: 'system', name: source },
      fact: parts.join('; '),
      evidence: [
        ...(since.length > 0 ? [{ of: 'since', value: iso(since.reduce((a, b) => Math.min(a, b))) }] : []),
        ...(until.length > 0 ? [{ of: 'until', value: iso(until.reduce((a, b) => Math.max(a, b))) }] : []),
        ...(link === undefined ? [] : [{ of: 'alert', link }]),
      ],
      shown: teller.isNews(payload),
    };
  },
  'incident.updated': ({ payload }) => {
    const { change, by, why } = payload;
    const because = why === undefined ? [] : [{ of: 'why', value: why }];
    if (change.note) return { kind: 'note', actor: by, fact: sentence(change.note), evidence: because };
    const { facts, news } = changed(change);
    const kind = change.summary === undefined ? 'decision' : 'status';
    return { kind, actor: by, fact: facts.join('; '), evidence: because, shown: news || why !== undefined };
  },
  'incident.line': ({ payload }) => ({
    kind: 'decision',
    actor: payload.by,
    fact: `${DEEDS[payload.deed]} line ${payload.line}: ${sentence(payload.why)}`,
    shown: false,
  }),
  'memory.added': ({ payload }) => ({
    kind: 'finding',
    actor: payload.by,
    fact: `remembered ${payload.key}`,
    evidence: [{ of: payload.key, value: payload.value }],
  }),
  'tools.offered': ({ payload }) => ({
    kind: 'status',
    fact: `offered ${payload.tools.length} tools of ${payload.persona} to ${payload.to}`,
    evidence: [{ of: `tokens of their definitions (${payload.tokenizer})`, value: payload.tokens }],
    shown: false,
  }),
  'tool.called': ({ payload }) => ({
    kind: payload.effect === 'read' || payload.effect === 'repeatable' ? 'finding' : 'effect',
    actor: payload.by,
    fact: `called ${payload.server}/${payload.tool}`,
    evidence: [{ of: 'arguments', value: payload.with }],
    shown: payload.effect === 'write' || payload.effect === 'irreversible',
  }),
  'tool.ended': ({ payload }) =>
    'failure' in payload
      ? {
          kind: 'finding',
          fact: `a tool failed: ${sentence(payload.failure.message)}`,
          evidence: [{ of: 'code', value: payload.failure.code }],
          shown: false,
        }
      : undefined,
  'agent.turn': ({ node, payload }, teller) => ({
    kind: 'finding',
    actor: { kind: 'system', name: payload.model },
    fact: `had turn ${payload.turn} in “${teller.title(node)}”`,
    evidence: [
      { of: 'tokens', value: payload.tokens },
      ...(payload.cost === undefined ? [] : [{ of: 'cost', value: payload.cost }]),
    ],
    shown: false,
  }),
  'decision.made': ({ node, payload }, teller) =>
    payload.transient
      ? undefined
      : {
          kind: 'decision',
          fact: `“${teller.title(node)}” settled its ${payload.name}`,
          evidence: [{ of: payload.name, value: payload.value }],
          shown: false,
        },
  'timer.fired': ({ node, payload }, teller) => ({
    kind: 'status',
    fact: `the time of “${teller.title(node)}” (${payload.name}) came`,
    shown: false,
  }),
};

const VERDICTS = {
  done: 'did take effect',
  'not-done': 'did not take effect',
  unsure: 'still cannot be known',
} as const;

const DEEDS = {
  pin: 'pinned',
  unpin: 'unpinned',
  hide: 'folded away',
  show: 'showed again',
  correct: 'corrected',
} as const;

const iso = (at: number): string => new Date(at).toISOString();

/** What alerts are called, the first of many. */
function told(alerts: readonly { name: string; service: string }[], one: string, many: string): string {
  if (alerts.length === 0) return '';
  const names = [...new Set(alerts.map(({ name, service }) => (service === '' ? name : `${name} (${service})`)))];
  const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
  const count = alerts.length === 1 ? '' : `${alerts.length} alerts: `;
  return `${count}${names.slice(0, 3).join(', ')}${more} ${alerts.length === 1 ? one : many}`;
}

/** Fields whose change a reader needs to hear of; the others have their own place on the page. */
const NEWS = new Set<string>(['title', 'service', 'severity', 'status', 'commander', 'scribe', 'liaison', ...MOMENTS]);

function changed(change: RunEvent<'incident.updated'>['payload']['change']): { facts: string[]; news: boolean } {
  const given = Object.entries(change).filter(([name, value]) => (value ?? null) !== null && name !== 'severity_known');
  const facts: string[] = [];
  const others: string[] = [];
  for (const [name, value] of given) {
    const words = name.replaceAll('_', ' ');
    if (name === 'summary') facts.push(sentence(String(value)));
    else if (value === true) facts.push(`${words} now`);
    else if (typeof value === 'string' && NEWS.has(name)) facts.push(`${words} ${value}`);
    else others.push(words);
  }
  // What has its own place on the page is worth a word only when there is nothing else to say.
  if (facts.length === 0) facts.push(`tells of ${others.join(', ')}`);
  return { facts, news: given.some(([name]) => NEWS.has(name) || name === 'summary') };
}

/** A step's end is news when it did something to the world or found out what the run goes on with; a container's is none. */
function completed(node: NodeKey, payload: RunEvent<'node.completed'>['payload'], teller: Teller): Draft | undefined {
  const { step, remember } = payload;
  const actor = teller.persona(node, step?.persona);
  const title = teller.title(node);
  const kept: Evidence[] = Object.entries(remember ?? {}).map(([of, value]) => ({ of, value }));
  if (!step) {
    if (kept.length > 0) return { kind: 'finding', actor, fact: `found out by “${title}”`, evidence: kept };
    return teller.role(node) === 'stage' ? { kind: 'status', actor, fact: `finished “${title}”` } : undefined;
  }
  const looked = lookedAt(payload.output);
  if (looked) {
    const shown = looked.digest === '' ? teller.isFirstGap(looked.finding) : teller.saysAnew(node, looked.finding);
    return { kind: 'finding', actor, fact: sentence(looked.finding), evidence: evidenceLines(looked), shown };
  }
  const did: Evidence[] = [{ of: 'action', value: step.action }];
  const unsent = whyNotSent(payload.output);
  if (unsent !== undefined) return { kind: 'finding', actor, fact: `“${title}” told nobody: ${unsent}`, evidence: did };
  const isEffect = step.effect === 'write' || step.effect === 'irreversible';
  if (isEffect) {
    const evidence = [...did, ...(kept.length > 0 ? kept : evidenceOf('result', payload.output))];
    return {
      kind: 'effect',
      actor,
      fact: `did “${title}”`,
      evidence,
      shown: !/^(?:page|incident)\./.test(step.action),
    };
  }
  if (kept.length > 0) {
    const evidence = [...did, ...kept];
    // What is worked out from findings is told when the incident's state says it.
    return { kind: 'finding', actor, fact: `found out by “${title}”`, evidence, shown: !isAboutIncident(step.action) };
  }
  const evidence = [...did, ...evidenceOf('result', payload.output)];
  return { kind: 'finding', actor, fact: `looked by “${title}”`, evidence, shown: false };
}

const isAboutIncident = (action: string): boolean => action.startsWith('incident.');

/** A message that nobody was configured to get did nothing to the world. */
function whyNotSent(output: Json): string | undefined {
  if (!isObject(output) || output.queued !== false || typeof output.reason !== 'string') return undefined;
  return sentence(output.reason);
}

/** A failure is told where it happened, by the stage it ended, and by the retrying that gave up on it. */
function failed(event: RunEvent<'node.failed'>, teller: Teller): Draft | undefined {
  const { node, payload } = event;
  const first = teller.isFirst(event);
  const role = teller.role(node);
  // A gate has said for itself why it was rejected.
  const isNews = first ? payload.failure.code !== 'gate.rejected' : role === 'retry';
  if (role !== 'stage' && !isNews) return undefined;
  return {
    kind: role === 'stage' ? 'status' : 'finding',
    actor: teller.persona(node, payload.step?.persona),
    fact: `“${teller.title(node)}” failed: ${sentence(payload.failure.message)}`,
    evidence: [{ of: 'code', value: payload.failure.code }],
    // A try that another may follow is no news yet.
    shown: role === 'stage' || !first || !node.includes('#'),
  };
}

/** A result's own address on the web, else the result. */
function evidenceOf(of: string, value: Json): Evidence[] {
  if (value === null) return [];
  if (typeof value === 'object' && !Array.isArray(value)) {
    for (const name of ['url', 'html_url', 'link']) {
      const link = value[name];
      if (typeof link === 'string' && /^https?:\/\//.test(link)) return [{ of, link }];
    }
  }
  return [{ of, value }];
}

/** The evidence of a look at a running system, where that is what an output holds. */
function lookedAt(output: Json): Looked | undefined {
  return isObject(output) && isEvidence(output.evidence) ? output.evidence : undefined;
}

function evidenceLines({ source, query, from, to, digest, link }: Looked): Evidence[] {
  return [
    { of: source, value: query },
    { of: from === null ? 'at' : 'from', value: from === null ? to : `${from} to ${to}` },
    ...(/^https?:/.test(link) ? [{ of: 'link', link }] : []),
    digest === '' ? { of: 'gap', value: 'no answer' } : { of: 'digest', value: digest.slice(0, 16) },
  ];
}

/** Without the full stop: the line adds its own. */
function sentence(text: string): string {
  return text.trim().replace(/\.$/, '');
}
