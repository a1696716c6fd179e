import type { ASTNode } from '@marcbachmann/cel-js';
import { environment } from './environment.ts';
import { partsOf, textOf } from './syntax.ts';

/** Calls of functions that are answered from outside, taken out of an expression. */
export interface Asked {
  /** The expression with a name in the place of each call. */
  text: string;
  /** Name → what is asked. */
  questions: Map<string, { asks: string; text: string }>;
  /** Calls whose argument is no literal text: nobody could see what they ask. */
  open: string[];
}

/** Takes the calls of these functions out of an expression that compiles: `f("x") > 1` becomes `asked_0 > 1`. */
export function takeOut(expression: string, functions: ReadonlySet<string>): Asked {
  const calls: { start: number; end: number; asks: string; text: string }[] = [];
  const open: string[] = [];
  const visit = (node: ASTNode): void => {
    if (node.op === 'call' && functions.has(node.args[0])) {
      const text = node.args[1].length === 1 ? textOf(node.args[1][0]) : undefined;
      if (text === undefined) open.push(expression.slice(node.range.start, node.range.end));
      else calls.push({ ...node.range, asks: node.args[0], text });
      return;
    }
    for (const part of partsOf(node)) visit(part);
  };
  visit(environment.parse(expression).ast);
  calls.sort((one, other) => one.start - other.start);
  const questions: Asked['questions'] = new Map();
  let text = '';
  let from = 0;
  for (const [index, { start, end, asks, text: asked }] of calls.entries()) {
    const name = `asked_${index}`;
    questions.set(name, { asks, text: asked });
    text += expression.slice(from, start) + name;
    from = end;
  }
  return { text: text + expression.slice(from), questions, open };
}
