import type { ASTNode } from '@marcbachmann/cel-js';
import { askedBy } from './syntax.ts';

/** Chains of names (joined by dots) that certainly exist when an expression is true, and when it is false. */
export interface Facts {
  whenTrue: ReadonlySet<string>;
  whenFalse: ReadonlySet<string>;
}

const NOTHING: ReadonlySet<string> = new Set();

const known = new WeakMap<ASTNode, Facts>();

/** What `has()` in an expression tells for where it is known to be true or false. Each node is looked at once, however often it is asked for. */
export function factsOf(node: ASTNode): Facts {
  let facts = known.get(node);
  if (!facts) known.set(node, (facts = read(node)));
  return facts;
}

function read(node: ASTNode): Facts {
  const asked = askedBy(node);
  if (asked) {
    // That a field is there also says that what it is a field of is there.
    const prefixes = asked.map((_name, index) => asked.slice(0, index + 1).join('.'));
    return { whenTrue: new Set(prefixes), whenFalse: NOTHING };
  }
  if (node.op === '!_') {
    const { whenTrue, whenFalse } = factsOf(node.args);
    return { whenTrue: whenFalse, whenFalse: whenTrue };
  }
  if (node.op !== '&&' && node.op !== '||') return { whenTrue: NOTHING, whenFalse: NOTHING };
  const [left, right] = node.args.map(factsOf) as [Facts, Facts];
  return node.op === '&&'
    ? { whenTrue: either(left.whenTrue, right.whenTrue), whenFalse: both(left.whenFalse, right.whenFalse) }
    : { whenTrue: both(left.whenTrue, right.whenTrue), whenFalse: either(left.whenFalse, right.whenFalse) };
}

/** What is in one or the other. */
export function either(a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> {
  return b.size === 0 ? a : new Set([...a, ...b]);
}

function both(a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...a].filter((name) => b.has(name)));
}
