import { isObject, type Json } from '../../shared/json.ts';
import type { DocBlock, PageSource } from '../pages/page.ts';
import { code, plain } from './text.ts';
import { zoned } from './times.ts';

/** What a step that tells people is called on a page. */
const WAYS: Readonly<Record<string, string>> = {
  'notify.slack': 'by chat',
  'notify.email': 'by e-mail',
  'notify.pagerduty': 'by PagerDuty',
  'notify.desktop': 'on this desktop',
};

/**
 * What people were told, in order: what somebody said to have sent, and the messages of the run's steps, which are on record
 * with their step and go out once.
 */
export function messageBlocks({ state, zone }: Pick<PageSource, 'state' | 'zone'>, key = 'sent'): DocBlock[] {
  const said = (state.incident?.sent ?? []).map(({ at, text }, index) => ({
    at,
    key: `${key}/${index}`,
    text: plain(text, 1_000),
  }));
  const handed = [...state.nodes.values()].flatMap(({ key: node, step, output, endedAt }) => {
    const way = WAYS[step?.action ?? ''];
    if (!step || way === undefined || endedAt === undefined || !isTold(output)) return [];
    return [{ at: endedAt, key: `${key}/${node}`, text: `${way}: ${plain(titleOf(step.with), 1_000)}` }];
  });
  const blocks = [...said, ...handed]
    .toSorted((one, other) => one.at - other.at)
    .map((each): DocBlock => ({ key: each.key, content: `${zoned(each.at, zone)} · ${each.text}` }));
  if (handed.length === 0) return blocks;
  return [
    ...blocks,
    { key: `${key}/outbox`, content: `What has not got through yet is listed by ${code('stagebook outbox')}.` },
  ];
}

/** Not where no channel is configured: that is a line of the timeline. */
function isTold(output: Json | undefined): boolean {
  return isObject(output) && (output.queued === true || output.shown === true);
}

function titleOf(settings: Json): string {
  return isObject(settings) && typeof settings.title === 'string' ? settings.title : 'a message';
}
