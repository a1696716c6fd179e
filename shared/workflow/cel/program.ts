import { EvaluationError, type ASTNode, type ParseError, type ParseResult } from '@marcbachmann/cel-js';
import { fail, StagebookError } from '../../failure.ts';
import type { JsonObject } from '../../json.ts';
import { hasLoops, limitCost } from './cost.ts';
import { environment } from './environment.ts';
import { factsOf, type Facts } from './guards.ts';
import { mentionsOf, type Mentions } from './paths.ts';
import { partsOf } from './syntax.ts';
import { explainSyntax } from './words.ts';

/** Longest expression, in characters. */
const LONGEST = 4_000;

/** A compiled expression. */
export interface Program extends Readonly<Mentions> {
  text: string;
  /** What it tells about what exists, where it is known to be true or false. */
  facts: Facts;
  /** Its value, as the library has it. Throws `expression.failed`, `expression.limit`. */
  run(values: JsonObject): unknown;
}

const programs = new Map<string, Program | StagebookError>();

/** Compiles an expression once. Throws `expression.syntax` or `expression.limit`, with the column (from 0) in `data`. */
export function compile(text: string): Program {
  let program = programs.get(text);
  if (!program) {
    program = build(text);
    if (programs.size > 20_000) programs.clear();
    programs.set(text, program);
  }
  if (program instanceof StagebookError) throw program;
  return program;
}

/** The same; undefined for what is no expression. */
export function tryCompile(text: string): Program | undefined {
  try {
    return compile(text);
  } catch {
    return undefined;
  }
}

function build(text: string): Program | StagebookError {
  if (text.length > LONGEST) {
    const message = `An expression has at most ${LONGEST} characters; this one has ${text.length}.`;
    return fail('invalid', 'expression.limit', message);
  }
  let parsed: ParseResult;
  try {
    parsed = environment.parse(text);
  } catch (error) {
    const { message, column } = explainSyntax(text, error as ParseError);
    return fail('invalid', 'expression.syntax', message, { data: { column } });
  }
  // Before ours take the place of the library's, so that what a page mentions goes by the names it has there.
  const mentions = mentionsOf(parsed.ast);
  replaceFunctions(parsed.ast);
  const loops = hasLoops(parsed.ast);
  const run = (values: JsonObject): unknown => {
    if (loops) limitCost(parsed.ast, values);
    try {
      return parsed(values);
    } catch (error) {
      throw failed(text, error);
    }
  };
  return { text, run, facts: factsOf(parsed.ast), ...mentions };
}

/** Ours in place of the library's, before anything is resolved: its `matches` can take time without end. */
function replaceFunctions(node: ASTNode): void {
  if (node.op === 'rcall' && node.args[0] === 'matches') node.args[0] = 'linear_matches';
  if (node.op === 'call' && node.args[0] === 'duration') node.args[0] = 'duration_with_days';
  for (const part of partsOf(node)) replaceFunctions(part);
}

function failed(text: string, error: unknown): StagebookError {
  if (error instanceof StagebookError) return error;
  const [message, column] =
    error instanceof EvaluationError ? [error.summary, error.range?.start ?? 0] : [(error as Error).message, 0];
  const said = message.replace('linear_matches', 'matches').replace('duration_with_days', 'duration');
  return fail('invalid', 'expression.failed', `“${text}” has no value: ${said}.`, { data: { column } });
}
