import { beganAt, type Alert } from '../../incident/alert.ts';
import { alertName } from '../../incident/alert-name.ts';
import { MOMENTS } from '../../incident/moments.ts';
import type { RunEvent } from '../event.ts';
import { sentence, type Lines } from './line.ts';

/** How an incident is told. */
export const incidentLines: Lines = {
  'incident.opened': ({ payload }) => ({
    kind: 'status',
    actor: payload.by,
    fact: `opened ${payload.id}: ${sentence(payload.title)}, ${payload.severity}${payload.known ? '' : ' by default'}`,
    evidence: [{ of: 'severity', value: payload.why }],
  }),
  'alerts.received': ({ at, payload }, teller) => {
    const { source, firing, resolved, leftOut } = payload;
    // What is over only because it fires anew is not said to be resolved beside that.
    const over = resolved.filter(
      (each) =>
        !firing.some(({ fingerprint, started }) => fingerprint === each.fingerprint && started !== each.started),
    );
    const parts = [told(firing, 'fires', 'fire'), told(over, 'is resolved', 'are resolved')].filter(Boolean);
    const since = firing.map((alert) => beganAt(alert, at));
    const until = resolved.flatMap(({ ended }) => ended ?? []);
    const [link] = [...firing, ...resolved].flatMap(({ url }) => (url === '' ? [] : [url]));
    const isNews = teller.isNews(payload);
    if (isNews && teller.isToldLast(payload)) parts.push('it comes and goes, and further times are folded away');
    if (leftOut !== undefined) parts.push(`${leftOut} more were left out of its message`);
    const shown = isNews || leftOut !== undefined;
    return {
      kind: 'finding',
      actor: { kind: 'system', name: source },
      fact: parts.join('; '),
      evidence: [
        ...(since.length > 0 ? [{ of: 'since', value: iso(since.reduce((a, b) => Math.min(a, b))) }] : []),
        ...(until.length > 0 ? [{ of: 'until', value: iso(until.reduce((a, b) => Math.max(a, b))) }] : []),
        ...(link === undefined ? [] : [{ of: 'alert', link }]),
      ],
      shown,
    };
  },
  'incident.updated': ({ payload }) => {
    const { change, by, why } = payload;
    const because = why === undefined ? [] : [{ of: 'why', value: why }];
    if (change.note) return { kind: 'note', actor: by, fact: sentence(change.note), evidence: because };
    const { facts, news } = changed(change);
    const kind = change.summary === undefined ? 'decision' : 'status';
    return { kind, actor: by, fact: facts.join('; '), evidence: because, shown: news || why !== undefined };
  },
  'incident.line': ({ payload }) => ({
    kind: 'decision',
    actor: payload.by,
    fact: `${DEEDS[payload.deed]} line ${payload.line}: ${sentence(payload.why)}`,
    shown: false,
  }),
};

const DEEDS = {
  pin: 'pinned',
  unpin: 'unpinned',
  hide: 'folded away',
  show: 'showed again',
  correct: 'corrected',
} as const;

const iso = (at: number): string => new Date(at).toISOString();

/** What alerts are called, the first of many. */
function told(alerts: readonly Pick<Alert, 'name' | 'service' | 'labels'>[], one: string, many: string): string {
  if (alerts.length === 0) return '';
  const names = [...new Set(alerts.map(alertName))];
  const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
  const count = alerts.length === 1 ? '' : `${alerts.length} alerts: `;
  return `${count}${names.slice(0, 3).join(', ')}${more} ${alerts.length === 1 ? one : many}`;
}

/** Fields whose change a reader needs to hear of; the others have their own place on the page. */
const NEWS = new Set<string>(['title', 'service', 'severity', 'status', 'commander', 'scribe', 'liaison', ...MOMENTS]);

function changed(change: RunEvent<'incident.updated'>['payload']['change']): { facts: string[]; news: boolean } {
  const given = Object.entries(change).filter(([name, value]) => (value ?? null) !== null && name !== 'severity_known');
  const facts: string[] = [];
  const others: string[] = [];
  for (const [name, value] of given) {
    const words = name.replaceAll('_', ' ');
    if (name === 'summary') facts.push(sentence(String(value)));
    else if (value === true) facts.push(`${words} now`);
    else if (typeof value === 'string' && NEWS.has(name)) facts.push(`${words} ${value}`);
    else others.push(words);
  }
  // What has its own place on the page is worth a word only when there is nothing else to say.
  if (facts.length === 0) facts.push(`tells of ${others.join(', ')}`);
  return { facts, news: given.some(([name]) => NEWS.has(name) || name === 'summary') };
}
