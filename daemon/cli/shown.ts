import picocolors from 'picocolors';
import { isObject, type Json, type JsonObject } from '../../shared/json.ts';
import { sawText } from '../../shared/run/saw.ts';
import type { Challenge } from '../engine/engine.ts';
import { markOf } from './progress/marks.ts';
import { visible } from './progress/width.ts';

const EFFECTS: Readonly<Record<string, string>> = { write: 'changes', irreversible: 'IRREVERSIBLE' };

/**
 * A challenge as a person reads it before signing: what is agreed to, the checks with the values they saw, the inputs, the
 * effects that follow, and the digest that the signature is over. Nothing of what is signed is left out.
 */
export function shownLines(challenge: Challenge, color: boolean): string[] {
  const { shown, digest } = challenge;
  const colors = picocolors.createColors(color);
  const lines: string[] = [];
  const checks = list(shown.checks);
  if (checks.length > 0) {
    lines.push(colors.dim('What was checked'));
    for (const check of checks) {
      const mark = markOf('check', check.held === true ? 'completed' : 'failed');
      lines.push(`  ${mark} ${text(check.title)}  ${colors.dim(text(check.error ?? seen(check.saw)))}`);
      lines.push(colors.dim(`      ${text(check.that)}`));
    }
  }
  if (isObject(shown.inputs) && Object.keys(shown.inputs).length > 0) {
    lines.push(colors.dim('With'));
    for (const [name, value] of Object.entries(shown.inputs)) {
      lines.push(`    ${visible(name)}: ${text(typeof value === 'string' ? value : JSON.stringify(value))}`);
    }
  }
  if (shown.kind === 'persona') lines.push(...personaLines(shown, colors.dim));
  const effects = list(shown.effects);
  if (Array.isArray(shown.effects))
    lines.push(colors.dim(effects.length > 0 ? 'What follows' : 'Nothing follows that changes anything.'));
  for (const effect of effects) {
    const kind = EFFECTS[String(effect.effect)] ?? text(effect.effect);
    const strong = effect.effect === 'irreversible' ? colors.red : colors.dim;
    lines.push(`    ${text(effect.title)}  ${colors.dim(text(effect.uses))}  ${strong(kind)}`);
  }
  if (typeof shown.definition === 'string') lines.push(colors.dim(`Definition ${shown.definition}`));
  if (typeof shown.evidence === 'string') lines.push(colors.dim(`Evidence   ${shown.evidence}`));
  lines.push(colors.dim(`Digest     ${digest}`));
  return lines;
}

/** Whom the agent of a stage will work as, and all that it may then use. */
function personaLines(shown: JsonObject, dim: (text: string) => string): string[] {
  const tools = isObject(shown.tools) ? Object.entries(shown.tools) : [];
  const names = (value: Json): string => (Array.isArray(value) ? value.map(text).join(', ') : text(value));
  return [
    dim(
      `In “${text(shown.stage)}” of “${text(shown.title)}” the agent then works as ${text(shown.to)}, not as ${text(shown.from)}`,
    ),
    ...tools.map(([server, all]) => `    ${visible(server)}: ${names(all)}`),
    dim(`    actions: ${names(shown.actions ?? [])}`),
  ];
}

function list(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function text(value: Json | undefined): string {
  return visible(typeof value === 'string' ? value : JSON.stringify(value ?? ''));
}

function seen(saw: Json | undefined): string {
  const said = saw === undefined ? '' : sawText(saw);
  return said === '' ? '' : `saw ${said}`;
}
