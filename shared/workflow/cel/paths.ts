import type { ASTNode } from '@marcbachmann/cel-js';
import { either, factsOf } from './guards.ts';
import { chainOf, ITEM, macroOf, partsOf, textOf } from './syntax.ts';

/** A chain of names such as `steps.tests.output.coverage`, as it stands in an expression. */
export interface Path {
  /** From the scope on. Under a name that a macro binds, those of the list it goes through: `inputs files [] size`. */
  names: readonly string[];
  start: number;
  end: number;
  /** Whether it begins at a name that a macro binds. */
  bound: boolean;
  /** Whether `has()` asks for it. */
  asked: boolean;
  /** Chains that certainly exist where this one stands, because `has()` was asked before. */
  given: ReadonlySet<string>;
  /** Whether it stands in a branch of `?:`, as an index or before one, or as the list of a quantifier. */
  place: 'plain' | 'branch' | 'index' | 'quantified';
}

/** What an expression mentions. */
export interface Mentions {
  paths: Path[];
  /** Names given to `secret()`; null where one is not a literal. */
  secrets: (string | null)[];
  /** The names that its own macros bind. */
  variables: Set<string>;
  /** Texts that are read as something else by a function, and can be tried before anything runs. */
  literals: Literal[];
}

/** A text that is given to a function as it stands, and where. */
export interface Literal {
  given: 'matches' | 'duration' | 'timestamp';
  text: string;
  start: number;
}

interface At {
  /** What each name that a macro binds stands for; undefined where that is not known. */
  bound: ReadonlyMap<string, readonly string[] | undefined>;
  given: ReadonlySet<string>;
  place: Path['place'];
}

const QUANTIFIERS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one']);

/** Everything that an expression mentions, in the order in which it is written. */
export function mentionsOf(ast: ASTNode): Mentions {
  const found: Mentions = { paths: [], secrets: [], variables: new Set(), literals: [] };
  visit(ast, { bound: new Map(), given: new Set(), place: 'plain' }, found);
  found.paths.sort((a, b) => a.start - b.start);
  return found;
}

function visit(node: ASTNode, at: At, found: Mentions): void {
  if (mention(node, at, false, found)) return;
  const macro = macroOf(node);
  if (macro) {
    visit(macro.receiver, QUANTIFIERS.has(macro.name) ? { ...at, place: 'quantified' } : plain(at), found);
    found.variables.add(macro.variable);
    const list = resolved(macro.receiver, at);
    const bound = new Map([...at.bound, [macro.variable, list && [...list, ITEM]]]);
    for (const part of macro.body) visit(part, { ...plain(at), bound }, found);
    return;
  }
  switch (node.op) {
    case '&&':
    case '||': {
      // Both ways round: CEL takes the side that decides, even when the other has no value.
      const [left, right] = node.args;
      const told = (other: ASTNode) => factsOf(other)[node.op === '&&' ? 'whenTrue' : 'whenFalse'];
      visit(left, { ...plain(at), given: either(at.given, told(right)) }, found);
      visit(right, { ...plain(at), given: either(at.given, told(left)) }, found);
      return;
    }
    case '?:': {
      const [condition, yes, no] = node.args;
      const facts = factsOf(condition);
      visit(condition, plain(at), found);
      visit(yes, { ...at, place: 'branch', given: either(at.given, facts.whenTrue) }, found);
      visit(no, { ...at, place: 'branch', given: either(at.given, facts.whenFalse) }, found);
      return;
    }
    case '[]':
      for (const part of node.args) visit(part, { ...at, place: 'index' }, found);
      return;
    case 'call': {
      const [name, args] = node.args;
      if (name === 'duration' || name === 'timestamp') noteLiteral(name, args[0], found);
      if (name === 'secret') found.secrets.push(textOf(args[0]) ?? null);
      if (name === 'has' && args[0] && mention(args[0], at, true, found)) return;
      for (const part of args) visit(part, plain(at), found);
      return;
    }
    case 'rcall':
      if (node.args[0] === 'matches') noteLiteral('matches', node.args[2][0], found);
      for (const part of partsOf(node)) visit(part, plain(at), found);
      return;
    default:
      // Arithmetic in a branch gives the branch its type, so the branch goes on into it.
      for (const part of partsOf(node)) visit(part, ARITHMETIC.has(node.op) ? at : plain(at), found);
  }
}

function noteLiteral(given: Literal['given'], node: ASTNode | undefined, found: Mentions): void {
  const text = textOf(node);
  if (node && text !== undefined) found.literals.push({ given, text, start: node.start });
}

const ARITHMETIC: ReadonlySet<string> = new Set(['+', '-', '*', '/', '%', '-_']);

const plain = (at: At): At => ({ ...at, place: 'plain' });

/** Notes a chain of names; false for what is none. */
function mention(node: ASTNode, at: At, asked: boolean, found: Mentions): boolean {
  const chain = chainOf(node);
  if (!chain) return false;
  const bound = at.bound.has(chain[0]!);
  const names = resolved(node, at);
  // What a macro binds is what it is; only its fields can be known.
  if (!names || (bound && chain.length === 1)) return true;
  const { start, end } = node;
  found.paths.push({ names, start, end, bound, asked, given: at.given, place: at.place });
  return true;
}

function resolved(node: ASTNode, at: At): readonly string[] | undefined {
  const [first, ...rest] = chainOf(node) ?? [];
  if (first === undefined) return undefined;
  if (!at.bound.has(first)) return [first, ...rest];
  const list = at.bound.get(first);
  return list && [...list, ...rest];
}
