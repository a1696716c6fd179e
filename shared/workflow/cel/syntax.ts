import type { ASTNode } from '@marcbachmann/cel-js';

// How the library's syntax tree is looked at: the one place that knows its shape.

/** Functions that go through a list, binding a name to each item in turn. */
const MACROS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);

/** The parts of a macro over a list: `receiver.name(variable, …body)`. */
export interface Macro {
  name: string;
  receiver: ASTNode;
  variable: string;
  body: readonly ASTNode[];
}

export function macroOf(node: ASTNode): Macro | undefined {
  if (node.op !== 'rcall') return undefined;
  const [name, receiver, [first, ...body]] = node.args;
  if (!MACROS.has(name) || first?.op !== 'id' || body.length === 0) return undefined;
  return { name, receiver, variable: first.args, body };
}

/** The nodes directly below one, in the order in which they are written. */
export function partsOf(node: ASTNode): ASTNode[] {
  switch (node.op) {
    case 'value':
    case 'id':
      return [];
    case '.':
    case '.?':
      return [node.args[0]];
    case 'call':
      return node.args[1];
    case 'rcall':
      return [node.args[1], ...node.args[2]];
    case '!_':
    case '-_':
      return [node.args];
    case 'map':
      return node.args.flat();
    default:
      return node.args;
  }
}

/** The text of a literal. */
export function textOf(node: ASTNode | undefined): string | undefined {
  return node?.op === 'value' && typeof node.args === 'string' ? node.args : undefined;
}

/** How an item of a list stands in a chain of names. */
export const ITEM = '[]';

/** The names of `a.b["c"][0].d`, as `a b c [] d`; undefined for anything else. */
export function chainOf(node: ASTNode | undefined): string[] | undefined {
  if (node?.op === 'id') return [node.args];
  if (node?.op === '.') {
    const before = chainOf(node.args[0]);
    return before && [...before, node.args[1]];
  }
  if (node?.op !== '[]') return undefined;
  const key = textOf(node.args[1]) ?? (node.args[1].op === 'value' ? ITEM : undefined);
  const before = key === undefined ? undefined : chainOf(node.args[0]);
  return before && [...before, key!];
}

/** What `has()` is asked for. */
export function askedBy(node: ASTNode): string[] | undefined {
  return node.op === 'call' && node.args[0] === 'has' ? chainOf(node.args[1][0]) : undefined;
}
