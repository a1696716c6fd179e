import { ParseError, type ASTNode } from '@marcbachmann/cel-js';
import { fail } from '../../failure.ts';
import { environment } from './environment.ts';

/** Longest expression, in characters. */
const LONGEST = 4_000;

/** A chain of names such as `steps.tests.output.coverage`, as it stands in an expression. */
export interface Path {
  names: readonly string[];
  start: number;
  end: number;
  /** Whether `has()` asks for it. */
  asked: boolean;
}

/** A compiled expression. */
export interface Program {
  text: string;
  run(values: object): unknown;
  /** All chains of names that begin at the scope, without those that a macro binds. */
  paths: readonly Path[];
  /** Names given to `secret()`; null where one is not a literal. */
  secrets: readonly (string | null)[];
}

const programs = new Map<string, Program>();

/** Compiles an expression once. Throws `expression.syntax` or `expression.limit`, with the column (from 0) in `data`. */
export function compile(text: string): Program {
  let program = programs.get(text);
  if (!program) {
    program = build(text);
    if (programs.size > 20_000) programs.clear();
    programs.set(text, program);
  }
  return program;
}

function build(text: string): Program {
  if (text.length > LONGEST) {
    throw fail(
      'invalid',
      'expression.limit',
      `An expression has at most ${LONGEST} characters; this one has ${text.length}.`,
    );
  }
  const { ast } = parse(text);
  const found: Found = { paths: [], secrets: [], renames: [] };
  visit(ast, new Set(), false, found, text);
  const run = parse(renamed(text, found.renames));
  return { text, run: (values) => run(values as Record<string, unknown>), paths: found.paths, secrets: found.secrets };
}

function parse(text: string) {
  try {
    return environment.parse(text);
  } catch (error) {
    const column = error instanceof ParseError ? (error.node as { start?: number } | undefined)?.start : undefined;
    throw fail('invalid', 'expression.syntax', `This is no expression: ${firstLine(error)}`, {
      data: { column: column ?? 0 },
    });
  }
}

/** A library's message without the picture of the source that follows it. */
export function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]!.trim();
}

interface Found {
  paths: Path[];
  secrets: (string | null)[];
  renames: { at: number; from: string; to: string }[];
}

const MACROS = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);

function visit(node: ASTNode, bound: ReadonlySet<string>, asked: boolean, found: Found, text: string): void {
  const names = chain(node);
  if (names) {
    if (!bound.has(names[0]!)) found.paths.push({ names, start: node.start, end: node.end, asked });
    return;
  }
  switch (node.op) {
    case 'call': {
      const [name, args] = node.args;
      if (name === 'secret') found.secrets.push(literal(args[0]));
      if (name === 'duration') found.renames.push({ at: node.start, from: name, to: 'timespan' });
      for (const part of args) visit(part, bound, name === 'has', found, text);
      return;
    }
    case 'rcall': {
      const [name, receiver, args] = node.args;
      visit(receiver, bound, false, found, text);
      const at = text.indexOf(name, receiver.end);
      if (name === 'matches' && at !== -1) found.renames.push({ at, from: name, to: 're2test' });
      const own = MACROS.has(name) ? chain(args[0])?.[0] : undefined;
      const inside = own === undefined ? bound : new Set([...bound, own]);
      for (const part of own === undefined ? args : args.slice(1)) visit(part, inside, false, found, text);
      return;
    }
    default:
      for (const part of parts(node.args)) visit(part, bound, false, found, text);
  }
}

function* parts(args: unknown): Generator<ASTNode> {
  if (Array.isArray(args)) for (const part of args) yield* parts(part);
  else if (typeof args === 'object' && args !== null && 'op' in args) yield args as ASTNode;
}

/** The names of `a.b["c"]`; undefined for anything else. */
function chain(node: ASTNode | undefined): string[] | undefined {
  if (node?.op === 'id') return [node.args];
  if (node?.op === '.') {
    const before = chain(node.args[0]);
    return before && [...before, node.args[1]];
  }
  if (node?.op === '[]') {
    const key = literal(node.args[1]);
    const before = key === null ? undefined : chain(node.args[0]);
    return before && [...before, key!];
  }
  return undefined;
}

function literal(node: ASTNode | undefined): string | null {
  return node?.op === 'value' && typeof node.args === 'string' ? node.args : null;
}

function renamed(text: string, renames: Found['renames']): string {
  let out = text;
  for (const { at, from, to } of renames) out = out.slice(0, at) + to + out.slice(at + from.length);
  return out;
}
