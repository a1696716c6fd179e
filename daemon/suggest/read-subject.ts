import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { isObject, type Json } from '../../shared/json.ts';
import { readJson } from '../../shared/read-json.ts';
import type { Subject } from './subject.ts';

/** So much of a file is read. */
const READ = 16_384;

/**
 * What somebody named: a file or a folder with its path and the beginning of its text, a page (Markdown), an alert (JSON of
 * Alertmanager or Grafana), or else the text itself.
 */
export function readSubject(said: string, kind?: Subject['kind']): Subject {
  const found = /[\n]/.test(said) || said.length > 1_000 ? undefined : statSync(said, { throwIfNoEntry: false });
  if (!found) {
    const looksLikePath = /^[\w.@-]+(\/[\w.@-]+)+\/?$|^[\w-]+\.\w{1,5}$/.test(said);
    return looksLikePath ? { kind: kind ?? 'path', text: '', path: said } : { kind: kind ?? 'page', text: said };
  }
  const path = relative(process.cwd(), resolve(said)).split(sep).join('/');
  const text = found.isFile() ? beginningOf(said) : '';
  const alert = /\.json$/i.test(said) ? alertText(text) : undefined;
  if (alert !== undefined) return { kind: kind ?? 'alert', text: alert };
  if (/\.md$/i.test(said))
    return { kind: kind ?? 'page', text: `${path.split('/').at(-1)!.slice(0, -3)}\n${text}`, path };
  return { kind: kind ?? 'path', text, path };
}

/** A text file's beginning; nothing of any other file. */
function beginningOf(file: string): string {
  const bytes = Buffer.alloc(READ);
  const descriptor = openSync(file, 'r');
  try {
    const read = bytes.subarray(0, readSync(descriptor, bytes));
    return read.includes(0) ? '' : read.toString('utf8');
  } finally {
    closeSync(descriptor);
  }
}

/** The labels and annotations of alerts; undefined where there are none. */
function alertText(text: string): string | undefined {
  let body: Json;
  try {
    body = readJson(text);
  } catch {
    return undefined;
  }
  const alerts = isObject(body) && Array.isArray(body.alerts) ? body.alerts : [];
  if (alerts.length === 0) return undefined;
  const words = alerts
    .filter(isObject)
    .flatMap(({ labels, annotations }) =>
      [labels, annotations]
        .filter(isObject)
        .flatMap((fields) => Object.entries(fields).map(([name, value]) => `${name}=${String(value)}`)),
    );
  return words.join(' ');
}
