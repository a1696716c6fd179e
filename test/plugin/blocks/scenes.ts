import { apply } from '../../../shared/run/fold/fold.ts';
import type { NodeState, NodeStatus, RunState } from '../../../shared/run/state.ts';
import type { NewEvent, RunEvent, Signature } from '../../../shared/run/event.ts';
import type { Attempt } from '../../../shared/protocol/calls/runs.ts';
import type { PageNode, PageReading } from '../../../shared/protocol/calls/pages.ts';
import { pathOf, type NodePath, type Role, type Settings } from '../../../shared/workflow/definition.ts';
import type { Look } from '../../../plugin/blocks/block.ts';
import { lookOf } from '../../../plugin/blocks/draw.ts';
import { planOf, type Scene } from '../../../plugin/blocks/scene.ts';
import { tickText } from '../../../plugin/blocks/ticking.ts';
import { runStarted } from '../../fakes/run-started.ts';

export const START = 1_000_000;

/** A node of a page; its uuid is its path, the header's is `header`. */
export function node(role: Role, path: NodePath, more: Partial<PageNode> = {}): PageNode {
  const uuid = path === '' ? 'header' : path;
  return { uuid, path, role, title: `The ${role}`, skippable: false, ...more };
}

export function readingOf(nodes: readonly PageNode[], more: Partial<PageReading> = {}): PageReading {
  return {
    title: 'A page',
    definition: 'hash',
    trusted: true,
    writes: false,
    inputs: {},
    nodes: [node('workflow', ''), ...nodes],
    problems: [],
    usual: {},
    runs: [],
    ...more,
  };
}

/** Events of a run as the journal numbers them, one each 100 ms. */
export function eventsOf(news: readonly NewEvent[], run = 'run-1', firstPos = 1): RunEvent[] {
  return [runStarted({ title: 'A page', memory: run }), ...news].map((event, index) => ({
    attempt: 1,
    ...event,
    epoch: 1,
    prev: '',
    run,
    seq: index + 1,
    pos: firstPos + index,
    at: START + index * 100,
  }));
}

export const started = (key: string, role: Role = 'step'): NewEvent => ({
  type: 'node.started',
  node: key,
  payload: { role, title: key },
});
export const completed = (key: string, output: unknown = null): NewEvent => ({
  type: 'node.completed',
  node: key,
  payload: { output: output as null, startedAt: START },
});
export const failed = (key: string, message = 'it broke'): NewEvent => ({
  type: 'node.failed',
  node: key,
  payload: { failure: { code: 'a.b', message, retryable: false }, startedAt: START },
});
export const decided = (key: string, name: string, value: unknown): NewEvent => ({
  type: 'decision.made',
  node: key,
  payload: { name, value: value as null },
});
export const timer = (key: string, name: string, at: number): NewEvent => ({
  type: 'timer.set',
  node: key,
  payload: { name, at },
});

/** What has happened at the node `it` where it has a status. */
export const STATUS: Readonly<Record<NodeStatus, readonly NewEvent[]>> = {
  pending: [],
  running: [started('it')],
  waiting: [started('it'), { type: 'ask.opened', node: 'it', payload: { question: 'Well?', from: 'person' } }],
  completed: [started('it'), completed('it')],
  failed: [started('it'), failed('it')],
  cancelled: [started('it'), { type: 'node.cancelled', node: 'it', payload: { startedAt: START } }],
  skipped: [{ type: 'node.skipped', node: 'it', payload: { reason: 'not now' } }],
  unknown: [
    started('it'),
    {
      type: 'node.unknown',
      node: 'it',
      payload: {
        failure: { code: 'a.b', message: 'no answer', retryable: true },
        step: { action: 'a.b', effect: 'write', with: {}, key: 'k' },
      },
    },
  ],
};

/** A signature of somebody, as far as a block shows it. */
export const signatureOf = (person: string): Signature => ({
  person,
  device: 'd',
  publicKey: '',
  nonce: '',
  digest: '',
  signature: '',
  at: START,
});

export interface SceneOptions {
  events?: readonly NewEvent[];
  reading?: Partial<PageReading>;
  settings?: Readonly<Record<NodePath, Settings>>;
  output?: Readonly<Record<string, string>>;
  typed?: Readonly<Record<string, string>>;
  peeks?: readonly string[];
  asking?: readonly string[];
  fenced?: readonly string[];
  ticked?: readonly string[];
  attempts?: readonly Attempt[];
  notice?: string;
  /** Milliseconds after the run's start. */
  after?: number;
}

/** A scene as the store makes it: with a run when there are events. */
export function sceneOf(nodes: readonly PageNode[], options: SceneOptions = {}): Scene {
  let run: RunState | undefined;
  if (options.events) for (const event of eventsOf(options.events)) run = apply(run, event);
  const states: readonly NodeState[] = [...(run?.nodes.values() ?? [])];
  return {
    graph: 'graph',
    page: 'Page',
    reading: readingOf(nodes, options.reading),
    run,
    executions: (path) => states.filter(({ key }) => pathOf(key) === path),
    settings: (path) => options.settings?.[path] ?? {},
    output: (key) => options.output?.[key],
    typed: new Map(Object.entries(options.typed ?? {})),
    fenced: (uuid) => options.fenced?.includes(uuid) ?? false,
    peeks: (uuid) => options.peeks?.includes(uuid) ?? false,
    asking: (uuid) => options.asking?.includes(uuid) ?? false,
    ticked: (uuid) => options.ticked?.includes(uuid) ?? false,
    attempts: options.attempts ?? [],
    notice: options.notice,
    now: START + (options.after ?? 10_000),
  };
}

/** How one block of a scene looks; facts and line as the text that a reader sees. */
export function seen(
  scene: Scene,
  uuid: string,
): { tone: string; word: string | undefined; facts: string[]; line: string; look: Look } {
  const found = planOf(scene.reading).byUuid.get(uuid)!;
  const look = lookOf(scene, found)!;
  const text = (html: string) =>
    html
      .replace(/<span class="sb-t" data-t="([^"]+)"><\/span>/g, (_, id: string) => tickText(id, scene.now)!)
      .replace(/<[^>]*>/g, '')
      .replace(/&quot;/g, '"')
      .replace(/&#39;/g, "'")
      .replace(/&amp;/g, '&')
      .trim();
  return {
    tone: look.tone,
    word: look.word,
    facts: look.facts.map((part) => text(part.html)).filter((part) => part !== ''),
    line: text(look.line?.html ?? ''),
    look,
  };
}
