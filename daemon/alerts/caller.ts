import type { Alert } from '../../shared/incident/alert.ts';
import { callsPeople, type Level } from '../../shared/incident/severity.ts';
import { severityWith, type IncidentState } from '../../shared/incident/state.ts';
import type { NewEvent } from '../../shared/run/event.ts';
import type { ChannelName, Message } from '../notices/channel.ts';
import type { Notices } from '../notices/notices.ts';
import type { Problem } from './triggers.ts';

/** Calls people about an incident whose workflow began by calling nobody. */
export interface Caller {
  /**
   * Queues messages where alerts make an incident so grave that people are called. Gives what is to go on record with them; it is
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

export function createCaller(notices: Pick<Notices, 'trouble' | 'queue'>, onProblem: Problem): Caller {
  return {
    onAlerts(incident, firing) {
      const { id, run, severity: before, title, service, moments } = incident;
      const { severity, severityWhy } = severityWith(incident, firing);
      if (callsPeople(before) || !callsPeople(severity)) return undefined;
      const { acknowledged } = moments;
      const open = WAYS.filter(
        ({ channel, from }) =>
          severity <= from &&
          notices.trouble(channel) === undefined &&
          // Nobody is woken up for what somebody is on already.
          !(channel === 'pagerduty' && acknowledged),
      );
      const about = `${severity} ${title}: ${id} has risen from ${before}`;
      for (const { channel } of open) {
        const message: Message = {
          title: about,
          text: `Why: ${severityWhy}.`,
          links: [],
          severity: severity === 'P0' ? 'critical' : 'error',
          to: [],
          about: id,
          event: 'trigger',
          source: service,
        };
        notices
          .queue(channel, `${channel} ${id} risen to ${severity}`, run, message)
          .catch((error: unknown) => onProblem(about, error));
      }
      const told = open.map(({ words }) => words).join(', ');
      const whom = acknowledged
        ? `${acknowledged.by?.name ?? 'Somebody'} is on it already${told === '' ? '' : `; others are told ${told}`}`
        : told === ''
          ? 'Nobody is called, for no way to people is configured'
          : `People are called ${told}`;
      return {
        type: 'incident.updated',
        node: '',
        payload: {
          change: {
            note: `It has risen from ${before} to ${severity}: ${severityWhy}. ${whom}.`,
            ...(told === '' ? {} : { messages_sent: [`${told}: ${about}`] }),
          },
          by: { kind: 'system', name: 'Stagebook' },
        },
      };
    },
  };
}
