import { momentOf } from '../../shared/incident/durations.ts';
import { MOMENTS } from '../../shared/incident/moments.ts';
import { standing, type IncidentState } from '../../shared/incident/state.ts';
import { failureBlocks, waitingBlocks } from '../page-parts/going-on.ts';
import { incidentIn } from '../page-parts/incident-in.ts';
import { evidenceBlocks } from '../page-parts/incident-evidence.ts';
import {
  actionItemBlocks,
  alertBlocks,
  durationBlocks,
  hypothesisBlocks,
  textBlocks,
  utc,
} from '../page-parts/incident-facts.ts';
import { impactBlocks } from '../page-parts/incident-impact.ts';
import { messageBlocks, uncalledBlocks } from '../page-parts/incident-messages.ts';
import { correctionBlocks, incidentTimeline } from '../page-parts/incident-timeline.ts';
import { siblingProperties } from '../page-parts/siblings.ts';
import { section } from '../page-parts/structure.ts';
import { link, nameOf, plain, webLink } from '../page-parts/text.ts';
import { timesIn, zoned } from '../page-parts/times.ts';
import { definePage, type DocBlock, type PageSource } from './page.ts';

/** An incident from its first alert on: what stands, what it does to users, what is done, and how everything is known. */
export const incidentPage = definePage({
  kind: 'incident',
  name: (source) => incidentIn(source).id,
  render: (source) => {
    const incident = incidentIn(source);
    const { said, drafts } = incident;
    const { zone, state } = source;
    return {
      name: incident.id,
      properties: properties(incident, source),
      blocks: [
        { key: 'status', content: sentence(incident, zone) },
        ...uncalledBlocks(source, incident),
        ...waitingBlocks(source),
        // While it is open a reader has to know that nothing goes on by itself any more.
        ...(standing(incident) === 'Closed' ? [] : failureBlocks(source)),
        ...section('impact', 'Impact', impactBlocks(said.impact, zone)),
        {
          key: 'work',
          content: '## Conditions, actions, needs',
          children: [
            ...titled('conditions', 'Conditions', textBlocks(others(said.conditions, said.needs), 'conditions')),
            ...titled('actions', 'Actions', textBlocks(said.actions, 'actions')),
            ...titled('needs', 'Needs', textBlocks(said.needs, 'needs')),
            { key: 'due', content: due(incident, zone) },
          ],
        },
        ...section('hypotheses', 'Hypotheses', hypothesisBlocks(incident)),
        ...section('evidence', 'Findings', evidenceBlocks(state, zone)),
        incidentTimeline(source),
        ...section('corrections', 'Corrections', correctionBlocks(incident, zone)),
        ...section('durations', 'Durations', durationBlocks(incident, zone)),
        ...section('tasks', 'Tasks', tasks(incident, source)),
        ...section('alerts', 'Alerts', alertBlocks(incident, zone)),
        ...section('links', 'Changes, pull requests, related', linkBlocks(incident)),
        ...section(
          'drafts',
          'Drafts of updates for customers',
          drafts.map(({ at, text, by }, index) => ({
            key: `drafts/${index}`,
            content: `${zoned(at, zone)} · ${plain(by.name)}: ${plain(timesIn(text, zone), 2_000)}`,
          })),
        ),
        ...section('sent', 'Messages sent', messageBlocks(source)),
      ],
    };
  },
});

function properties(incident: IncidentState, source: PageSource): Record<string, string> {
  const { said, alerts } = incident;
  const all: Record<string, string | undefined> = {
    type: 'incident',
    status: standing(incident),
    severity: incident.severity,
    service: incident.service && plain(incident.service),
    'dedup-key': alerts.list[0] && plain(alerts.list[0].key, 200),
    commander: said.commander ? plain(said.commander) : undefined,
    scribe: said.scribe ? plain(said.scribe) : undefined,
    liaison: said.liaison ? plain(said.liaison) : undefined,
    responders: said.responders?.map((name) => plain(name)).join(', '),
    ...Object.fromEntries(
      MOMENTS.map((moment) => {
        const known = momentOf(incident, moment);
        return [moment.replace('_', '-'), known && utc(known.at)];
      }),
    ),
    ...siblingProperties(source, 'incident'),
  };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => Boolean(entry[1])));
}

/** How it stands, in one sentence; and why it is taken for as bad as it is, when nobody said that. */
function sentence(incident: IncidentState, zone: string): string {
  const { severity, severityKnown, severityWhy, title, service, alerts, said } = incident;
  const about = service !== '' && !title.includes(service) ? `${title} (${service})` : title;
  const firing = `${firingSaid(alerts)}${leftOutSaid(alerts)}`;
  const isOver = standing(incident) === 'Closed';
  // What was said of it grows old; whether it fires does not.
  const fires = said.summary && alerts.firing + alerts.resolved > 0 && !isOver ? ` Now ${firing}.` : '';
  const now = said.summary ? plain(timesIn(said.summary, zone)).replace(/\.$/, '') : firing;
  const unsure = severityKnown ? '' : ` Severity is not known: ${plain(severityWhy)}.`;
  // Who is called to it at night has to know at once that it was there before.
  const before = said.related?.[0] === undefined || isOver ? '' : ` See ${related(said.related[0])}, too.`;
  return `**${standing(incident)} ${severity}** ${plain(about)}: ${now}.${fires}${unsure}${before}`;
}

function firingSaid({ firing, resolved, leftOut }: IncidentState['alerts']): string {
  if (firing > 0) return `${firing} ${firing === 1 ? 'alert fires' : 'alerts fire'}`;
  if (resolved === 0) return 'no alert came';
  return leftOut === undefined ? 'no alert fires any more' : 'no alert that was told of fires any more';
}

/** A source that tells of the first of many only makes a small number of a great one. */
function leftOutSaid({ leftOut = 0 }: IncidentState['alerts']): string {
  if (leftOut === 0) return '';
  return `; up to ${leftOut} more ${leftOut === 1 ? 'was' : 'were'} left out by their source`;
}

/** What is needed says already what is missing. */
function others(list: readonly string[] | null | undefined, said: readonly string[] | null | undefined): string[] {
  return (list ?? []).filter((each) => !said?.includes(each));
}

function due(incident: IncidentState, zone: string): string {
  if (standing(incident) === 'Closed') return 'No further update is due.';
  const at = Date.parse(incident.said.next_update_due ?? '');
  return Number.isFinite(at) ? `Next update due ${zoned(at, zone)}` : '❓ When the next update is due was not said.';
}

/** A task stands in one place: on the post-mortem, once there is one. */
function tasks(incident: IncidentState, { siblings }: PageSource): DocBlock[] {
  const postMortem = siblings['post-mortem'];
  const { length } = incident.items;
  if (postMortem === undefined || length === 0) return actionItemBlocks(incident);
  const many = length === 1 ? '1 action item stands' : `${length} action items stand`;
  return [{ key: 'tasks/post-mortem', content: `${many} on ${link(postMortem)}.` }];
}

function titled(key: string, title: string, children: DocBlock[]): DocBlock[] {
  return children.length === 0 ? [] : [{ key: `work/${key}`, content: `**${title}**`, children }];
}

function linkBlocks({ said }: IncidentState): DocBlock[] {
  const places = (list: typeof said.changes, key: string, word: string): DocBlock[] =>
    (list ?? []).map(({ title, url }, index) => ({
      key: `links/${key}/${index}`,
      content: `${word}: ${url ? webLink(title, url) : plain(title)}`,
    }));
  return [
    ...places(said.changes, 'changes', 'Change'),
    ...places(said.pull_requests, 'pull-requests', 'Pull request'),
    ...(said.related ?? []).map((id, index) => ({ key: `links/related/${index}`, content: `Related: ${related(id)}` })),
  ];
}

function related(id: string): string {
  return /^INC-\d{4}-\d{2}-\d{2}-\d{3,}$/.test(id) ? link(nameOf(id)) : plain(id);
}
