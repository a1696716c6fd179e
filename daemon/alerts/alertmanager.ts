import { z } from 'zod';
import type { Json } from '../../shared/json.ts';
import type { Told } from './alert-of.ts';
import { unmeasured } from './unmeasured.ts';

const json = z.json().optional();

/**
 * The body that Alertmanager's webhook sends (version 4), and Grafana's, which is the same with more. Fields that are not
 * looked at may be anything.
 */
const body = z.looseObject({
  groupKey: json,
  truncatedAlerts: json,
  orgId: json,
  alerts: z.array(
    z.looseObject({
      status: json,
      labels: json,
      annotations: json,
      startsAt: json,
      endsAt: json,
      generatorURL: json,
      fingerprint: json,
      panelURL: json,
      dashboardURL: json,
    }),
  ),
});

/**
 * The alerts of a body of Alertmanager or Grafana, and how many more it had: both tell of no more than their `max_alerts` and
 * count the rest. Throws zod's error for another shape.
 */
export function alertmanagerAlerts(given: Json): { alerts: Told[]; leftOut: number } {
  const { groupKey, truncatedAlerts: more, orgId, alerts } = body.parse(given);
  const told = alerts.map((alert) => ({
    fingerprint: ofOrganisation(orgId, alert.fingerprint),
    key: ofOrganisation(orgId, groupKey),
    status: alert.status ?? null,
    labels: alert.labels ?? null,
    annotations: alert.annotations ?? null,
    ...unmeasured(alert.labels, alert.annotations),
    started: alert.startsAt ?? null,
    ended: alert.endsAt ?? null,
    url: [alert.panelURL, alert.dashboardURL, alert.generatorURL].find((url) => typeof url === 'string' && url) ?? null,
  }));
  return { alerts: told, leftOut: typeof more === 'number' && Number.isSafeInteger(more) && more > 0 ? more : 0 };
}

/** Organisations of one Grafana know nothing of each other, and call different things the same. */
function ofOrganisation(organisation: Json | undefined, key: Json | undefined): Json {
  return typeof organisation === 'number' && organisation > 1 && typeof key === 'string' && key !== ''
    ? `organisation ${organisation} ${key}`
    : (key ?? null);
}
