import { fail, StagebookError } from '../../shared/failure.ts';
import { isObject, type Json } from '../../shared/json.ts';
import { evaluate } from '../../shared/workflow/expression.ts';
import type { Told } from './alert-of.ts';
import type { AlertMap } from './sources.ts';

/**
 * Reads any JSON as alerts, by expressions over `body` and, for each of `alerts`, `alert`. A field whose expression fails,
 * because the body has no such thing, is not said. Throws `alerts.map` when there is no list where one should be.
 */
export function genericAlerts(body: Json, map: AlertMap): Told[] {
  const { alerts: list, ...fields } = map;
  const all = list === undefined ? [body] : evaluate(list, { body });
  if (!Array.isArray(all)) throw fail('invalid', 'alerts.map', 'The expression for “alerts” gives no list.');
  return all.map((alert) => {
    const values = { body, alert };
    const told = Object.entries(fields).map(([field, expression]) => [field, valueOf(expression, values)] as const);
    return Object.fromEntries(told);
  });
}

function valueOf(expression: string, values: { body: Json; alert: Json }): Json {
  try {
    const value = evaluate(expression, values);
    return isObject(value) || value !== '' ? value : null;
  } catch (error) {
    if (error instanceof StagebookError) return null;
    throw error;
  }
}
