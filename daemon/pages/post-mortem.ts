import { durationsOf, momentOf } from '../../shared/incident/durations.ts';
import { standing, type IncidentState } from '../../shared/incident/state.ts';
import { incidentIn } from '../page-parts/incident-in.ts';
import {
  actionItemBlocks,
  alertBlocks,
  durationBlocks,
  lasted,
  QUESTION,
  textBlocks,
  untimed,
} from '../page-parts/incident-facts.ts';
import { impactBlocks } from '../page-parts/incident-impact.ts';
import { messageBlocks } from '../page-parts/incident-messages.ts';
import { correctionBlocks, curatedLines } from '../page-parts/incident-timeline.ts';
import { siblingProperties } from '../page-parts/siblings.ts';
import { link, nameOf, plain } from '../page-parts/text.ts';
import { timesIn, utcDate, zoned } from '../page-parts/times.ts';
import { definePage, type DocBlock, type PageSource } from './page.ts';

const DAY_MS = 86_400_000;

/**
 * What is learnt from an incident. Whatever neither an event nor a person said is a question on the page: nothing is made up,
 * no single root cause is named, and no person.
 */
export const postMortemPage = definePage({
  kind: 'post-mortem',
  name: (source) => `Post-mortem ${incidentIn(source).id}`,
  render: (source) => {
    const incident = incidentIn(source);
    const { said } = incident;
    const { zone } = source;
    return {
      name: `Post-mortem ${incident.id}`,
      properties: properties(incident, source),
      blocks: [
        part('summary', 'Summary', [{ key: 'summary/text', content: summary(incident, zone) }]),
        part('impact', 'Impact', [...impactBlocks(said.impact, zone), ...minutes(incident)]),
        part('trigger', 'Trigger: what changed', [
          said.trigger ? text('trigger', said.trigger) : ask('trigger', 'What changed right before the impact began?'),
        ]),
        part(
          'contributing',
          'Contributing factors',
          several(said.contributing, 'contributing', 'Which conditions made it possible, and which made it worse?'),
        ),
        part('detection', 'Detection', [
          { key: 'detection/how', content: detection(incident, zone) },
          ask('detection/half', 'How could the time to detect be halved?'),
        ]),
        part('response', 'Response', [
          ...people(incident),
          ...several(said.actions, 'response/actions', 'What was done, in which order, and what did not help?'),
        ]),
        part('mitigation', 'Mitigation', [
          said.mitigation
            ? text('mitigation', said.mitigation)
            : ask('mitigation', 'What made users feel it less, and when?'),
        ]),
        part('resolution', 'Permanent resolution', [
          said.resolution
            ? text('resolution', said.resolution)
            : ask('resolution', 'What keeps it from happening again?'),
        ]),
        part('durations', 'Durations', durationBlocks(incident, zone)),
        part('timeline', 'Timeline', story(source)),
        part('well', 'What went well', several(said.went_well, 'well', 'What went well?')),
        part('poorly', 'What went poorly', several(said.went_poorly, 'poorly', 'What went poorly?')),
        part('lucky', 'Where we got lucky', several(said.lucky, 'lucky', 'Where were we lucky?')),
        part('items', 'Action items', items(incident)),
        part('sent', 'Messages sent', sent(source)),
        part(
          'alerts',
          'Alerts',
          orAsk(alertBlocks(incident, zone), 'alerts', 'No alert told of it: which one should have?'),
        ),
        part('related', 'Related incidents', related(incident, source)),
        ...(incident.corrections.length > 0
          ? [part('corrections', 'Corrections', correctionBlocks(incident, zone))]
          : []),
      ],
    };
  },
});

function properties(incident: IncidentState, source: PageSource): Record<string, string> {
  const { said, openedAt, severity } = incident;
  const over = standing(incident) === 'Closed';
  // P0 and P1 are talked about within three days.
  const latest = utcDate((momentOf(incident, 'resolved')?.at ?? openedAt) + 3 * DAY_MS);
  const meeting = said.meeting ?? (severity <= 'P1' ? `by ${latest}` : undefined);
  const all: Record<string, string | undefined> = {
    type: 'post-mortem',
    status: 'Draft',
    owner: said.owner ? plain(said.owner) : said.commander ? plain(said.commander) : '❓',
    authors: said.authors?.length ? said.authors.map((name) => plain(name)).join(', ') : '❓',
    'meeting-date': meeting,
    severity,
    'incident-over': over ? 'yes' : 'no',
    ...siblingProperties({ ...source, siblings: { ...source.siblings, incident: incident.id } }, 'post-mortem'),
  };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => Boolean(entry[1])));
}

function part(key: string, title: string, children: DocBlock[]): DocBlock {
  return { key: `part/${key}`, content: `## ${title}`, children };
}

function text(key: string, content: string): DocBlock {
  return { key: `${key}/said`, content: plain(content, 2_000) };
}

function ask(key: string, question: string): DocBlock {
  return { key: `${key}/question`, content: `${QUESTION} ${question}` };
}

function several(list: readonly string[] | null | undefined, key: string, question: string): DocBlock[] {
  return orAsk(textBlocks(list, key), key, question);
}

function orAsk(blocks: DocBlock[], key: string, question: string): DocBlock[] {
  return blocks.length > 0 ? blocks : [ask(key, question)];
}

/** In two sentences: what it was and since when, and how it stands. */
function summary(incident: IncidentState, zone: string): string {
  const { title, service, severity, alerts, said } = incident;
  const started = momentOf(incident, 'impact_started');
  const resolved = momentOf(incident, 'resolved');
  const about = service !== '' && !title.includes(service) ? `${title} (${service})` : title;
  const since = started ? `began ${zoned(started.at, zone)}` : 'began at a time that nobody knows';
  const { resolve } = durationsOf(incident);
  const end = resolved
    ? `It was over ${zoned(resolved.at, zone)}${resolve === null ? '' : `, after ${lasted(resolve)}`}`
    : standing(incident) === 'Closed'
      ? 'It was closed; when it was over nobody has said'
      : 'It is not over';
  const now = said.summary
    ? `: ${plain(timesIn(said.summary, zone)).replace(/\.$/, '')}`
    : alerts.firing > 0
      ? `; ${alerts.firing === 1 ? '1 alert fires' : `${alerts.firing} alerts fire`}`
      : '';
  return `${plain(about)}, ${severity}, ${since}. ${end}${now}.`;
}

function minutes(incident: IncidentState): DocBlock[] {
  const { resolve } = durationsOf(incident);
  return [
    resolve === null
      ? ask('impact/minutes', `How many minutes did it last? ${untimed(incident, 'impact_started', 'resolved')}.`)
      : {
          key: 'impact/minutes',
          content: `It lasted ${lasted(resolve)}, from the beginning of the impact to its end.`,
        },
  ];
}

function detection(incident: IncidentState, zone: string): string {
  const { source, openedBy, alerts } = incident;
  const [first] = alerts.list;
  if (source === undefined) return `Noticed by a person (${plain(openedBy.name)}), not by an alert.`;
  const name = first ? ` “${plain(first.name)}”` : '';
  const detected = momentOf(incident, 'detected');
  return `Noticed by the alert${name} of ${plain(source)}${detected ? `, ${zoned(detected.at, zone)}` : ''}.`;
}

function people({ said }: IncidentState): DocBlock[] {
  const roles = [
    ['Commander', said.commander],
    ['Scribe', said.scribe],
    ['Liaison', said.liaison],
    ['Responders', said.responders?.join(', ')],
  ] as const;
  const known = roles.flatMap(([role, who]) => (who ? [`${role}: ${plain(who)}`] : []));
  return known.length === 0
    ? [ask('response/people', 'Who led the response, and who wrote it down?')]
    : [{ key: 'response/people', content: known.join(' · ') }];
}

/** The lines that a reader needs, as they stand on the incident’s page, where each has its evidence. */
function story(source: PageSource): DocBlock[] {
  const { id } = incidentIn(source);
  const lines = curatedLines(source)
    .filter(({ shown }) => shown)
    .slice(-200)
    .map(({ block }) => ({ key: `story/${block.key}`, content: block.content }));
  return [...lines, { key: 'story/evidence', content: `What each line rests on stands beneath it on ${link(id)}.` }];
}

function items(incident: IncidentState): DocBlock[] {
  const blocks = actionItemBlocks(incident, 'items');
  return blocks.length > 0
    ? blocks
    : [ask('items', 'What will be done so that it does not come again, by whom, until when?')];
}

function sent(source: PageSource): DocBlock[] {
  const messages = messageBlocks(source);
  return messages.length === 0 ? [{ key: 'sent/none', content: 'None is on record.' }] : messages;
}

/** What somebody named, and what hit the same service before. */
function related({ said, id, service }: IncidentState, source: PageSource): DocBlock[] {
  const same = (source.incidents?.() ?? [])
    .filter((other) => service !== '' && other.service === service && other.id < id)
    .slice(0, 5)
    .map((other) => other.id);
  const all = [...new Set([...(said.related ?? []), ...same])];
  if (all.length === 0) return [{ key: 'related/none', content: 'None is on record.' }];
  return all.map((each) => ({
    key: `related/${each}`,
    content: /^INC-[\d-]+$/.test(each) ? link(nameOf(each)) : plain(each),
  }));
}
