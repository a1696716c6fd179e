import { createHash } from 'node:crypto';
import { canonicalJson } from '../../shared/canonical-json.ts';
import { beganAt, momentTold, type Alert } from '../../shared/incident/alert.ts';
import { severityOf } from '../../shared/incident/severity.ts';
import type { Json } from '../../shared/json.ts';
import { capped, cappedKey, cappedMap, cappedUrl, momentOf } from './capped.ts';

/** An alert as a source has it, its fields as it says them. */
export interface Told {
  fingerprint?: Json;
  key?: Json;
  status?: Json;
  name?: Json;
  severity?: Json;
  service?: Json;
  summary?: Json;
  description?: Json;
  started?: Json;
  ended?: Json;
  url?: Json;
  runbook?: Json;
  labels?: Json;
  annotations?: Json;
}

/** By which words sources say that an alert is over; everything else fires, so that nothing is missed. */
const OVER = /^(?:incident\.)?(?:resolved?|closed?|recovered|recovery|ok|normal|inactive|cleared)$/i;

/** By which words sources call what an alert is about. */
const SERVICE_LABELS = ['service', 'service_name', 'app', 'job'];

/** One alert of any source, bounded and in one form. `now` stands for moments that the source does not say. */
export function alertOf(told: Told, now: number): Alert {
  const labels = cappedMap(told.labels);
  const annotations = cappedMap(told.annotations);
  const said = capped(told.severity) || labels.severity || labels.priority || '';
  const { level, known } = severityOf(said);
  const name = capped(told.name) || labels.alertname || '';
  const service = capped(told.service);
  // What a source says of the service besides its labels tells alerts of one name apart, too.
  const own = service === '' ? labels : { ...labels, service };
  const fingerprint = cappedKey(told.fingerprint) || fingerprintOf(name || 'alert', own);
  const isResolved = OVER.test(capped(told.status));
  const began = momentOf(told.started);
  const started = began ?? now;
  const over = momentOf(told.ended);
  const ended = isResolved ? momentTold(over ?? now, now) : undefined;
  return {
    fingerprint,
    // What is in no group is one of its own.
    key: cappedKey(told.key) || fingerprint,
    status: isResolved ? 'resolved' : 'firing',
    name: name || 'Alert without a name',
    severity: said,
    level,
    levelKnown: known,
    service: service || SERVICE_LABELS.map((label) => labels[label]).find(Boolean) || '',
    summary: capped(told.summary) || annotations.summary || annotations.message || '',
    description: capped(told.description) || annotations.description || '',
    started,
    ...(began === undefined ? { startedKnown: false } : {}),
    ...(ended === undefined ? {} : { ended: Math.max(ended, beganAt({ started }, now)) }),
    ...(isResolved && over === undefined ? { endedKnown: false } : {}),
    url: cappedUrl(told.url),
    runbook: cappedUrl(told.runbook) || cappedUrl(annotations.runbook_url),
    labels,
    annotations,
  };
}

function fingerprintOf(name: string, labels: Record<string, string>): string {
  return createHash('sha256').update(canonicalJson({ name, labels })).digest('hex').slice(0, 16);
}
