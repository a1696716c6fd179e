import type { Alert } from '../../shared/incident/alert.ts';
import { alertName } from '../../shared/incident/alert-name.ts';
import { callsPeople, type Level } from '../../shared/incident/severity.ts';
import { severityWith, type IncidentState } from '../../shared/incident/state.ts';
import type { NewEvent } from '../../shared/run/event.ts';
import type { Journal } from '../journal/journal.ts';
import type { ChannelName, Message } from '../notices/channel.ts';
import type { Notices } from '../notices/notices.ts';
import type { Problem } from './triggers.ts';

/** Calls people about an incident whose workflow does not: it began by calling nobody, or has ended. */
export interface Caller {
  /**
   * Queues messages where alerts that join an incident want people called. Gives what is to go on record with them; it is
   * called within their transaction, so that one is there exactly when the other is.
   */
  onAlerts(incident: IncidentState, firing: readonly Alert[]): NewEvent<'incident.updated'> | undefined;
}

/** What each level is told by, as the shipped workflow does it when it begins with one. */
const WAYS: readonly { channel: ChannelName; words: string; from: Level }[] = [
  { channel: 'pagerduty', words: 'by PagerDuty', from: 'P1' },
  { channel: 'email', words: 'by e-mail', from: 'P0' },
  { channel: 'slack', words: 'by chat', from: 'P1' },
];

interface CallerOptions {
  notices: Pick<Notices, 'trouble' | 'queue'>;
  journal: Pick<Journal, 'events'>;
  onProblem: Problem;
}

export function createCaller({ notices, journal, onProblem }: CallerOptions): Caller {
  const isSaid = (run: string, key: string): boolean =>
    journal.events(run).some((event) => event.type === 'incident.updated' && event.payload.key === key);
  return {
    onAlerts(incident, firing) {
      const reason = reasonToCall(incident, firing);
      if (!reason) return undefined;
      const { id, run, service, title, moments } = incident;
      const { acknowledged } = moments;
      const { severity, news, why, once } = reason;
      if (isSaid(run, once)) return undefined;
      const open = WAYS.filter(
        ({ channel, from }) =>
          severity <= from &&
          notices.trouble(channel) === undefined &&
          // Nobody is woken up for what somebody is on already.
          !(channel === 'pagerduty' && acknowledged),
      );
      const message: Message = {
        title: `${severity} ${title}: ${id} ${news}`,
        text: `Why: ${why}.`,
        links: [],
        severity: severity === 'P0' ? 'critical' : 'error',
        to: [],
        about: id,
        event: 'trigger',
        source: service,
      };
      for (const { channel } of open)
        notices
          .queue(channel, `${channel} ${id} ${once}`, run, message)
          .catch((error: unknown) => onProblem(message.title, error));
      const told = open.map(({ words }) => words).join(', ');
      const change = {
        note: `It ${news}: ${why}. ${whom(acknowledged && (acknowledged.by?.name ?? 'Somebody'), told)}.`,
        ...(told === '' ? {} : { messages_sent: [`${told}: ${message.title}`] }),
      };
      return {
        type: 'incident.updated',
        node: '',
        payload: { change, by: { kind: 'system', name: 'Stagebook' }, key: once },
      };
    },
  };
}

interface Reason {
  severity: Level;
  /** What is new of the incident, said of it. */
  news: string;
  why: string;
  /** The same for what is called for once. */
  once: string;
}

function reasonToCall(incident: IncidentState, firing: readonly Alert[]): Reason | undefined {
  const { severity: before, runEndedAt } = incident;
  const { severity, severityWhy } = severityWith(incident, firing);
  if (!callsPeople(severity)) return undefined;
  if (!callsPeople(before))
    return {
      severity,
      news: `has risen from ${before} to ${severity}`,
      why: severityWhy,
      once: `risen to ${severity}`,
    };
  const grave = firing.find(({ level }) => callsPeople(level));
  if (runEndedAt === undefined || !grave) return undefined;
  const why = `${alertName(grave)} fires, and nothing is done about it by itself`;
  return { severity, news: 'goes on, and its run has ended', why, once: `after ${runEndedAt}` };
}

function whom(leader: string | undefined, told: string): string {
  if (leader !== undefined) return `${leader} is on it already${told === '' ? '' : `; others are told ${told}`}`;
  return told === '' ? 'Nobody is called, for no way to people is configured' : `People are called ${told}`;
}
