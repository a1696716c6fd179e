import type { Alert } from './alert.ts';

/** Labels by which sources tell apart what the same alert of a service is about, the most telling one first. */
const PLACES = ['instance', 'pod', 'node', 'host', 'hostname', 'device', 'mountpoint', 'queue', 'topic', 'container'];
const LONGEST_PLACE = 60;

/** What an alert is called among others: its name, its service and the one of many that it is about, where labels say so. */
export function alertName({ name, service, labels }: Pick<Alert, 'name' | 'service' | 'labels'>): string {
  const place = PLACES.map((label) => labels[label]).find(
    (value) => value && !name.includes(value) && value !== service,
  );
  const about = [service, place?.slice(0, LONGEST_PLACE)].filter(Boolean).join(', ');
  return about === '' ? name : `${name} (${about})`;
}
