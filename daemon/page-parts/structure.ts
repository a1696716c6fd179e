import { isShown } from '../../shared/run/assumed.ts';
import type { RunState, NodeState } from '../../shared/run/state.ts';
import { titlesIn, type Titles } from '../../shared/run/titles.ts';
import { TONES } from '../../shared/run/tone.ts';
import { pathOf, type Node } from '../../shared/workflow/definition.ts';
import type { DocBlock, PageSource } from '../pages/page.ts';
import { code, plain } from './text.ts';
import { elapsed, zoned } from './times.ts';

/** A page's heading with what stands beneath it, or nothing when there is nothing. */
export function section(key: string, title: string, children: DocBlock[]): DocBlock[] {
  return children.length === 0 ? [] : [{ key, content: `## ${title}`, children }];
}

/** The stages in document order, each with its outcome, its time and, folded away, what happened inside. */
export function stageBlocks({ definition, state, zone }: PageSource): DocBlock[] {
  const titles = titlesIn(definition);
  return stagesOf(definition.body).map(({ node, path }) => {
    const reached = [...state.nodes.values()].filter(({ key }) => pathOf(key) === path).at(-1);
    const persona = typeof node.settings.persona === 'string' ? node.settings.persona : undefined;
    const parts = reached ? insideOf(state, reached) : [];
    return {
      key: `stage/${path}`,
      content: `**${plain(node.title || node.id)}** — ${reached ? outcome(reached, zone) : 'not reached'}${persona ? ` · ${plain(persona)} (persona)` : ''}`,
      collapsed: true,
      children: parts.map((part) => partBlock(part, titles, zone)),
    };
  });
}

/** Beyond this many parts a stage tells only its last ones. */
const MOST = 200;

/** Stages may stand at the top level, or in a route or a condition there. */
function stagesOf(body: readonly Node[], parent = ''): { node: Node; path: string }[] {
  return body.flatMap((node) => {
    const path = parent === '' ? node.id : `${parent}/${node.id}`;
    return node.role === 'stage' ? [{ node, path }] : stagesOf(node.children, path);
  });
}

function insideOf(state: RunState, stage: NodeState): NodeState[] {
  const inside = [...state.nodes.values()].filter(
    (node) => node.key.startsWith(`${stage.key}/`) && (node.step ?? node.gate ?? node.ask) !== undefined,
  );
  return inside.slice(-MOST);
}

function partBlock(node: NodeState, titles: Titles, zone: string): DocBlock {
  const what = node.step ? ` (${code(node.step.action)})` : '';
  const sandbox = node.step?.sandbox ? ` · isolation: ${plain(node.step.sandbox)}` : '';
  // Of a tool, an alert, a page: an agent that is given it changes nothing before somebody signed.
  const taint = node.taint === undefined ? '' : ' · from elsewhere';
  return {
    key: `part/${node.key}`,
    content: `${plain(titles.of(node.key))}${what} — ${outcome(node, zone)}${sandbox}${taint}`,
  };
}

const WORDS: Record<NodeState['status'], string> = {
  pending: 'to be done again',
  running: 'running',
  waiting: 'waiting for a person',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'stopped',
  skipped: 'skipped',
  unknown: 'not known whether it took effect',
};

function outcome(node: NodeState, zone: string): string {
  const why = node.failure ? `: ${plain(node.failure.message)}` : node.skipped ? `: ${plain(node.skipped.reason)}` : '';
  const since = zoned(node.startedAt, zone);
  const time =
    node.endedAt === undefined ? `since ${since}` : `${since}, took ${elapsed(node.endedAt - node.startedAt)}`;
  return `${isShown(node) ? TONES.shown : WORDS[node.status]}${why} · ${time}`;
}
