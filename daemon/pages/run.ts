import type { JsonObject } from '../../shared/json.ts';
import type { RunState } from '../../shared/run/state.ts';
import { titlesIn } from '../../shared/run/titles.ts';
import { gateBlock, gatesOf } from '../page-parts/gates.ts';
import { failureBlocks, waitingBlocks } from '../page-parts/going-on.ts';
import { definePage, type DocBlock, type PageSource } from './page.ts';
import { receiptBlocks } from '../page-parts/receipts.ts';
import { siblingProperties } from '../page-parts/siblings.ts';
import { section, stageBlocks } from '../page-parts/structure.ts';
import { code, fence, nameOf, plain } from '../page-parts/text.ts';
import { timelineBlock } from '../page-parts/timeline-blocks.ts';
import { elapsed, utcDate, zoned } from '../page-parts/times.ts';

/** A run's own page: what happened, from the first event on, and what to do now. */
export const runPage = definePage({
  kind: 'run',
  name: ({ state }) => `Runs/${utcDate(state.startedAt)} ${state.number} ${nameOf(state.title)}`,
  render: (source) => ({
    name: runPage.name(source),
    properties: properties(source),
    blocks: [
      { key: 'summary', content: summary(source) },
      ...waitingBlocks(source),
      ...failureBlocks(source),
      ...section('inputs', 'Inputs', valueBlocks('input', source.state.inputs)),
      ...section('stages', 'Stages', stageBlocks(source)),
      ...section(
        'gates',
        'Gates',
        gatesOf(source.state).map((node) => gateBlock(node, source.zone)),
      ),
      ...receiptBlocks(source),
      ...outputBlocks(source.state),
      timelineBlock(source),
    ],
  }),
});

function properties(source: PageSource): Record<string, string> {
  const { state, zone } = source;
  return {
    type: 'run',
    status: state.status,
    ...siblingProperties(source),
    'run-id': state.run,
    definition: state.definition,
    'started-by': plain(state.by.name),
    started: zoned(state.startedAt, zone),
    ...(state.endedAt !== undefined && {
      ended: zoned(state.endedAt, zone),
      took: elapsed(state.endedAt - state.startedAt),
    }),
    ...(state.dryRun && { 'dry-run': 'true' }),
  };
}

/** How it stands, in one sentence. */
function summary({ state, definition }: PageSource): string {
  const took = state.endedAt === undefined ? '' : ` after ${elapsed(state.endedAt - state.startedAt)}`;
  const at = (status: string): string => {
    const nodes = [...state.nodes.values()].filter((node) => node.status === status);
    const node = nodes.findLast((each) => each.step ?? each.gate ?? each.ask) ?? nodes.at(-1);
    return node ? `“${plain(titlesIn(definition).of(node.key))}”` : 'the next step';
  };
  switch (state.status) {
    case 'completed':
      return state.dryRun ? `A dry run, over${took}. Nothing was done.` : `Completed${took}.`;
    case 'failed':
      return `Failed${took} in ${at('failed')}: ${plain(state.failure?.message ?? 'nobody said why')}`;
    case 'cancelled':
      return `Cancelled${took}.`;
    case 'cancelling':
      return 'Being cancelled.';
    case 'suspended':
      return `Suspended: ${plain(state.failure?.message ?? 'somebody has to act first')}`;
    case 'waiting':
      return `Waiting for a person at ${at('waiting')}.`;
    case 'running':
      return `Running ${at('running')}.`;
  }
}

function valueBlocks(key: string, values: JsonObject): DocBlock[] {
  return Object.entries(values).map(([name, value]) => ({
    key: `${key}/${name}/value`,
    content: `${code(name)} = ${code(typeof value === 'string' ? value : JSON.stringify(value))}`,
  }));
}

function outputBlocks(state: RunState): DocBlock[] {
  const children: DocBlock[] = [];
  if (state.output !== undefined && state.output !== null) {
    children.push({
      key: 'outputs/result',
      content: `Result\n${fence(JSON.stringify(state.output, null, 2), 'json')}`,
    });
  }
  const remembered = valueBlocks('memory', Object.fromEntries(state.memory));
  if (remembered.length > 0) {
    children.push({ key: 'outputs/memory', content: 'Remembered', collapsed: true, children: remembered });
  }
  return section('outputs', 'Outputs', children);
}
