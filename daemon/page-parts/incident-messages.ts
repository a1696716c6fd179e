import { callsPeople } from '../../shared/incident/severity.ts';
import { standing, type IncidentState } from '../../shared/incident/state.ts';
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

/** Those that reach somebody who looks at no screen, or at another. */
const CALLS: readonly string[] = ['notify.slack', 'notify.email', 'notify.pagerduty'];

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

/**
 * That nobody was called to an incident which asks for people, because no way to them is configured: whoever opens the page is the
 * first to know, and has to call others. Not once somebody is on it, or was told by hand.
 */
export function uncalledBlocks({ state }: Pick<PageSource, 'state'>, incident: IncidentState): DocBlock[] {
  const { severity, moments, sent } = incident;
  if (standing(incident) === 'Closed' || !callsPeople(severity) || moments.acknowledged || sent.length > 0) return [];
  const tries = [...state.nodes.values()].flatMap(({ step, output }) =>
    step && CALLS.includes(step.action) && isObject(output) ? [output] : [],
  );
  if (tries.length === 0 || tries.some(isTold)) return [];
  const why = [...new Set(tries.map(({ reason }) => (typeof reason === 'string' ? plain(reason) : '')))];
  return [
    { key: 'uncalled', content: `**Nobody was called.** Call whom it takes. ${why.filter(Boolean).join(' ')}`.trim() },
  ];
}

/** Not where no channel is configured: that is a line of the timeline. */
function isTold(output: Json | undefined): boolean {
  return isObject(output) && (output.queued === true || output.shown === true);
}

function titleOf(settings: Json): string {
  return isObject(settings) && typeof settings.title === 'string' ? settings.title : 'a message';
}
