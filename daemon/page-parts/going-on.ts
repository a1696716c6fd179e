import type { Failure } from '../../shared/failure.ts';
import type { NodeState, RunState } from '../../shared/run/state.ts';
import { lookAgainFrom } from '../../shared/run/look-again.ts';
import { titlesIn, type Titles } from '../../shared/run/titles.ts';
import type { DocBlock, PageSource } from '../pages/page.ts';
import { section } from './structure.ts';
import { code, plain } from './text.ts';
import { zoned } from './times.ts';

/** What is asked of persons now, as tasks. */
export function waitingBlocks({ state, definition, zone }: PageSource): DocBlock[] {
  const titles = titlesIn(definition);
  const tasks = [...state.nodes.values()]
    .filter((node) => node.status === 'waiting')
    .flatMap((node) => [...signOffTasks(node, titles, state, zone), ...questionTask(node, state, zone)]);
  return section('waiting', 'What is waited for', tasks);
}

function signOffTasks({ key, gate }: NodeState, titles: Titles, state: RunState, zone: string): DocBlock[] {
  if (!gate) return [];
  const agreed = (id: string): number => gate.signatures.filter(({ signOff }) => signOff === id).length;
  return gate.signOffs
    .filter(({ id, people }) => agreed(id) < people)
    .map(({ id, title: asked, deadline }) => ({
      key: `todo/${key}/${id}`,
      content: `TODO Review “${plain(titles.of(key))}” and sign: ${plain(asked)}${until(deadline, zone)} · ${code(`stagebook approve ${state.run}`)}`,
    }));
}

function questionTask({ key, ask }: NodeState, state: RunState, zone: string): DocBlock[] {
  if (!ask || ask.answeredAt !== undefined) return [];
  const options = ask.options ? ` (${ask.options.map((option) => plain(option)).join(' / ')})` : '';
  const because = ask.because === undefined ? '' : ` · ${plain(ask.because).replace(/\.$/, '')}`;
  return [
    {
      key: `todo/${key}`,
      content: `TODO Answer: ${plain(ask.question)}${options}${until(ask.deadline, zone)}${because} · ${code(`stagebook answer ${state.run}`)}`,
    },
  ];
}

const until = (deadline: number | undefined, zone: string): string =>
  deadline === undefined ? '' : ` (by ${zoned(deadline, zone)})`;

/** What failed, why, and how to go on. Empty while nothing has. */
export function failureBlocks({ state, definition }: PageSource): DocBlock[] {
  const stopped = state.status === 'failed' || state.status === 'cancelled' || state.status === 'suspended';
  const unknown = [...state.nodes.values()].filter((node) => node.status === 'unknown');
  if (!stopped && unknown.length === 0) return [];
  const children: DocBlock[] = [];
  if (stopped && state.failure) children.push(failureBlock('failure/run', state.failure));
  for (const node of unknown) {
    children.push({
      key: `failure/unknown/${node.key}`,
      content: `Nobody knows whether “${plain(titlesIn(definition).of(node.key))}” took effect: ${plain(node.failure?.message ?? 'its answer was lost')}`,
    });
  }
  if (stopped) {
    const resume = `stagebook resume ${state.run}`;
    const from = lookAgainFrom(state);
    const how =
      from === undefined
        ? `go on where it stopped: ${code(resume)}`
        : `look again: ${code(`${resume} --from ${from}`)}`;
    children.push({ key: 'failure/resume', content: `TODO Remove the cause, then ${how}` });
    const stage = failedStage(state);
    if (stage !== undefined && from === undefined) {
      children.push({
        key: 'failure/from',
        content: `To do the whole stage again: ${code(`${resume} --from ${stage}`)}`,
      });
    }
  }
  return section('failure', 'What failed, and how to go on', children);
}

function failureBlock(key: string, failure: Failure): DocBlock {
  const children = failure.cause ? [failureBlock(`${key}/cause`, failure.cause)] : [];
  return { key, content: `${plain(failure.message, 2_000)} (${code(failure.code)})`, children };
}

/** The part at the top of the page in which the run failed: in one before it something may have failed that it got over. */
function failedStage(state: RunState): string | undefined {
  return [...state.nodes.values()].find(({ key, status }) => status === 'failed' && !key.includes('/'))?.key;
}
