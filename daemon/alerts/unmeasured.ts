import { isObject, type Json } from '../../shared/json.ts';
import type { Told } from './alert-of.ts';
import { capped } from './capped.ts';

/** By which names Grafana tells that a rule gave no answer, and what that means, said of the rule. */
const STATES: Readonly<Record<string, { is: string; why: string }>> = {
  DatasourceNoData: { is: 'has no data', why: 'Grafana found no data for this rule' },
  DatasourceError: { is: 'cannot be evaluated', why: 'Grafana could not evaluate this rule' },
};

/**
 * What an alert is called and says when Grafana could not measure what its rule is about: such an alert has the rule's own
 * summary, which tells of a fault that nobody has seen. Nothing for other alerts.
 */
export function unmeasured(labels: Json | undefined, annotations: Json | undefined): Pick<Told, 'name' | 'summary'> {
  if (!isObject(labels) || typeof labels.alertname !== 'string' || !Object.hasOwn(STATES, labels.alertname)) return {};
  const { is, why } = STATES[labels.alertname]!;
  const rule = capped(labels.rulename, 200) || 'A rule of Grafana';
  const own = isObject(annotations) ? capped(annotations.summary, 250) : '';
  const told = own === '' ? '' : ` It is to tell of: ${own}`;
  return { name: `${rule} ${is}`, summary: `${why}, so nobody knows whether it holds.${told}` };
}
