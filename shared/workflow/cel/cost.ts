import type { ASTNode } from '@marcbachmann/cel-js';
import { fail } from '../../failure.ts';
import { isObject, type JsonObject } from '../../json.ts';
import { chainOf, ITEM, macroOf, partsOf } from './syntax.ts';

/** The most that one expression may look at, in items and hundreds of characters: well under a second. */
const MOST = 5_000_000;

/** Whether what an expression costs depends on how long the lists are that it is given. */
export function hasLoops(node: ASTNode): boolean {
  return macroOf(node) !== undefined || partsOf(node).some(hasLoops);
}

/** Refuses an expression whose loops over these values would look at too much (`expression.limit`). */
export function limitCost(ast: ASTNode, values: JsonObject): void {
  const cost = costOf(ast, { values, bound: new Map() });
  if (cost <= MOST) return;
  const message = `This expression would look at ${cost.toExponential(0)} items; ${MOST} are allowed. Let a step prepare a shorter list.`;
  throw fail('invalid', 'expression.limit', message);
}

interface Within {
  values: JsonObject;
  /** The longest list below what each name stands for. */
  bound: ReadonlyMap<string, number>;
}

/** An upper bound of the work: lists times what is done for each item. */
function costOf(node: ASTNode, within: Within): number {
  const chain = chainOf(node);
  if (chain) return within.bound.has(chain[0]!) ? 1 : 1 + sizeOf(valueAt(chain, within.values));
  const macro = macroOf(node);
  if (!macro) return partsOf(node).reduce((sum, part) => sum + costOf(part, within), 1);
  const receiver = costOf(macro.receiver, within);
  const list = chainOf(macro.receiver);
  const outer = list && within.bound.get(list[0]!);
  const value = list && outer === undefined ? valueAt(list, within.values) : undefined;
  const length = outer ?? (Array.isArray(value) ? value.length : receiver);
  const inner = value === undefined ? length : longestIn(value);
  const body = { ...within, bound: new Map([...within.bound, [macro.variable, inner]]) };
  return receiver + length * macro.body.reduce((sum, part) => sum + costOf(part, body), 1);
}

function valueAt(chain: readonly string[], values: JsonObject): unknown {
  let value: unknown = values;
  for (const name of chain) {
    if (name === ITEM) value = Array.isArray(value) ? largestOf(value) : undefined;
    else value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return value;
}

/** Any item may be the one that is meant. */
function largestOf(list: readonly unknown[]): unknown {
  let [largest, most]: [unknown, number] = [undefined, 0];
  for (const item of list) {
    const size = sizeOf(item);
    if (size > most) [largest, most] = [item, size];
  }
  return largest;
}

/** Everything in a value: its items, fields and hundreds of characters. */
function sizeOf(value: unknown): number {
  let size = 0;
  const stack = [value];
  while (stack.length > 0) {
    const at = stack.pop();
    size += typeof at === 'string' ? 1 + at.length / 100 : 1;
    if (typeof at === 'object' && at !== null) for (const item of Object.values(at)) stack.push(item);
    if (size > MOST) return size;
  }
  return size;
}

/** The longest list or object anywhere below a list. */
function longestIn(value: unknown): number {
  let longest = 0;
  let seen = 0;
  const stack = Array.isArray(value) ? [...value] : [];
  for (let at = stack.pop(); stack.length > 0 || at !== undefined; at = stack.pop()) {
    if ((seen += 1) > MOST) return seen;
    if (typeof at !== 'object' || at === null) continue;
    const items: unknown[] = Object.values(at);
    longest = Math.max(longest, items.length);
    for (const item of items) stack.push(item);
  }
  return longest;
}
