import type { ASTNode } from '@marcbachmann/cel-js';
import { fail } from '../../failure.ts';
import { isObject, type JsonObject } from '../../json.ts';
import { chainOf, ITEM, macroOf, partsOf, type Macro } from './syntax.ts';

/** The most that one expression may look at, in items and hundreds of characters: well under a second. */
const MOST = 5_000_000;

/** Whether what an expression costs depends on how long the lists are that it is given. */
export function hasLoops(node: ASTNode): boolean {
  return macroOf(node) !== undefined || partsOf(node).some(hasLoops);
}

/** Refuses an expression whose loops over these values would look at too much (`expression.limit`). */
export function limitCost(ast: ASTNode, values: JsonObject): void {
  const { cost } = estimate(ast, { values, bound: new Map(), walk: new Walk() });
  if (cost > MOST) throw tooMuch(cost);
}

function tooMuch(cost: number): Error {
  const message = `This expression would look at ${cost.toExponential(0)} items; ${MOST} are allowed. Let a step prepare a shorter list.`;
  return fail('invalid', 'expression.limit', message);
}

interface Within {
  values: JsonObject;
  /** The longest list below what each name stands for. */
  bound: ReadonlyMap<string, number>;
  walk: Walk;
}

/** Upper bounds. */
interface Estimate {
  /** The work: lists times what is done for each item. */
  cost: number;
  /** How long the value is, as a list. */
  length: number;
  /** How long the longest list in the value is. */
  inside: number;
}

/** Linear in the expression: each of its nodes is looked at once. */
function estimate(node: ASTNode, within: Within): Estimate {
  const chain = chainOf(node);
  if (chain) return ofChain(chain, within);
  const macro = macroOf(node);
  if (macro) return ofMacro(macro, within);
  const parts = partsOf(node).map((part) => estimate(part, within));
  const cost = parts.reduce((sum, part) => sum + part.cost, 1);
  const inside = Math.max(0, ...parts.map((part) => Math.max(part.length, part.inside)));
  if (node.op === 'list') return { cost, length: parts.length, inside };
  if (node.op === '?:' || node.op === '+') {
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    return { cost, length, inside };
  }
  // A text may come apart into its characters.
  if (node.op === 'rcall' && node.args[0] === 'split') return { cost, length: cost * 100, inside: 0 };
  // What other functions give is not longer than what they had to look at.
  return { cost, length: cost, inside: cost };
}

function ofChain(chain: readonly string[], { values, bound, walk }: Within): Estimate {
  const item = bound.get(chain[0]!);
  if (item !== undefined) return { cost: 1, length: item, inside: item };
  const value = walk.valueAt(chain, values);
  const { size, longest } = walk.measure(value);
  const length = typeof value === 'object' && value !== null ? Object.keys(value).length : 0;
  return { cost: 1 + size, length, inside: longest };
}

function ofMacro({ name, receiver, variable, body }: Macro, within: Within): Estimate {
  const list = estimate(receiver, within);
  const each = { ...within, bound: new Map([...within.bound, [variable, list.inside]]) };
  const parts = body.map((part) => estimate(part, each));
  const cost = list.cost + list.length * parts.reduce((sum, part) => sum + part.cost, 1);
  if (name === 'filter') return { ...list, cost };
  const last = parts.at(-1)!;
  return name === 'map'
    ? { cost, length: list.length, inside: Math.max(last.length, last.inside) }
    : { cost, length: 0, inside: 0 };
}

/** Looks at values, for one expression no more than a few times as much as that may look at. */
class Walk {
  #left = 4 * MOST;
  readonly #measured = new Map<object, { size: number; longest: number }>();

  valueAt(chain: readonly string[], values: JsonObject): unknown {
    let value: unknown = values;
    for (const name of chain) {
      if (name === ITEM) value = Array.isArray(value) ? this.#largestOf(value) : undefined;
      else value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
    }
    return value;
  }

  /** Everything in a value: its items, fields and hundreds of characters; and the longest list or object below it. */
  measure(value: unknown): { size: number; longest: number } {
    if (typeof value !== 'object' || value === null) return { size: weightOf(value), longest: 0 };
    let measured = this.#measured.get(value);
    if (!measured) this.#measured.set(value, (measured = this.#measure(value)));
    return measured;
  }

  #measure(value: object): { size: number; longest: number } {
    let [size, longest] = [1, 0];
    const stack: object[] = [value];
    for (let at = stack.pop(); at; at = stack.pop()) {
      const items: unknown[] = Object.values(at);
      this.#left -= items.length;
      if (this.#left < 0) throw tooMuch(5 * MOST);
      if (at !== value) longest = Math.max(longest, items.length);
      for (const item of items) {
        size += weightOf(item);
        if (typeof item === 'object' && item !== null) stack.push(item);
      }
    }
    return { size, longest };
  }

  /** Any item may be the one that is meant. */
  #largestOf(list: readonly unknown[]): unknown {
    let [largest, most]: [unknown, number] = [undefined, 0];
    this.#left -= list.length;
    for (const item of list) {
      const { size } = this.measure(item);
      if (size > most) [largest, most] = [item, size];
    }
    return largest;
  }
}

function weightOf(value: unknown): number {
  return typeof value === 'string' ? 1 + value.length / 100 : 1;
}
