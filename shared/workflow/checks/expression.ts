import { StagebookError } from '../../failure.ts';
import type { Json, JsonSchema } from '../../json.ts';
import { literalTrouble } from '../cel/literals.ts';
import { compile, type Program } from '../cel/program.ts';
import { celTypeOf } from '../cel/schema-type.ts';
import { checkTypes } from '../cel/typing.ts';
import { word } from '../cel/words.ts';
import { parseTemplate, textsIn } from '../template.ts';
import type { Asking } from './asking.ts';
import type { Subject } from './check.ts';
import type { Names } from './names.ts';

/** Checks one expression after the other, each where it stands. */
export class ExpressionCheck {
  readonly #subject: Subject;
  readonly #names: Names;

  constructor(subject: Subject, names: Names) {
    this.#subject = subject;
    this.#names = names;
  }

  /** A setting that is an expression. `wanted` is `any` or a type of CEL; `timestamp` is also a text that is one. */
  bare(text: string, wanted: string, asking: Asking): void {
    // What is wrong with ${{ }} in it is told by another check.
    if (!text.includes('${{')) this.#expression(text, 0, wanted, asking);
  }

  /** Every `${{ }}` in a setting. */
  templates(asking: Asking, value: Json | undefined): void {
    for (const { text, path } of textsIn(value, asking.setting)) {
      if (!text.includes('${{')) continue;
      const here = { ...asking, setting: path };
      const wanted = asking.wanted?.(path.split('.').slice(asking.setting.split('.').length));
      this.#template(text, wanted, here);
    }
  }

  #template(text: string, schema: JsonSchema | undefined, asking: Asking): void {
    let template;
    try {
      template = parseTemplate(text);
    } catch (error) {
      this.#thrown(error, 0, asking);
      return;
    }
    const type = celTypeOf(schema);
    const wanted = type === 'dyn' ? 'any' : type;
    const whole = template.whole !== undefined;
    for (const part of template.parts) {
      if ('text' in part) continue;
      const given = this.#expression(part.expression, part.start, whole ? wanted : 'any', asking);
      if (given === 'Secret' && !whole) {
        const message = 'A secret stands alone in its setting, never inside a text.';
        this.#report(asking, 'secret.interpolated', message, part.start);
      }
    }
    if (whole || wanted === 'any' || wanted === 'string') return;
    const message = `A text comes out of this, and ${word(wanted)} is needed here. Write one \${{ … }} with nothing around it.`;
    this.#report(asking, 'expression.type', message, 0);
  }

  /** Gives the type of the expression's value; `dyn` when it is not known. */
  #expression(text: string, start: number, wanted: string, asking: Asking): string {
    let program: Program;
    try {
      program = compile(text);
    } catch (error) {
      this.#thrown(error, start, asking);
      return 'dyn';
    }
    if (!this.#secrets(program, start, asking)) return 'dyn';
    let sound = true;
    for (const path of program.paths) {
      const trouble = this.#starting(path.names[0]!, asking) ?? this.#names.trouble(path, asking);
      if (!trouble) continue;
      this.#report(asking, trouble.code, trouble.message, start + path.start);
      sound = false;
    }
    if (!sound) return 'dyn';
    const typed = checkTypes(program, (names) => celTypeOf(this.#names.schemaOf(names, asking)));
    if ('error' in typed) {
      this.#report(asking, 'expression.type', typed.error, start + typed.column);
      return 'dyn';
    }
    for (const literal of program.literals) {
      const trouble = literalTrouble(literal);
      if (trouble) this.#report(asking, 'expression.literal', trouble, start + literal.start);
    }
    if (!fits(typed.type, wanted)) {
      const message = `“${text}” gives ${word(typed.type)}; ${word(wanted)} is needed here.`;
      this.#report(asking, 'expression.type', message, start);
    }
    return typed.type;
  }

  #starting(root: string, { starting }: Asking) {
    if (!starting || root === 'alert') return undefined;
    return { code: 'name.unknown', message: `A trigger knows only “alert”, not “${root}”: nothing runs yet.` };
  }

  /** Whether secrets are only where they may be. */
  #secrets(program: Program, start: number, asking: Asking): boolean {
    if (program.secrets.length === 0) return true;
    const alone = /^secret\(\s*(?:"[^"\\]+"|'[^'\\]+')\s*\)$/.test(program.text);
    const argument = /\.(?:argv|args|command)(?:\.|$)/.test(asking.setting);
    const cached = asking.visited.ancestors.some(({ role }) => role === 'cache');
    if (asking.secrets && alone && !argument && !cached) return true;
    const message =
      'A secret can only be handed to an action, as a whole setting of with: ${{ secret("NAME") }}. It is not compared, remembered, cached, or given to a process as an argument.';
    this.#report(asking, 'secret.misplaced', message, start);
    return false;
  }

  #thrown(error: unknown, start: number, asking: Asking): void {
    if (!(error instanceof StagebookError)) throw error;
    const { code, message, data } = error.failure;
    const column = (data as { column?: number } | undefined)?.column ?? 0;
    this.#report(asking, code, message, start + column);
  }

  #report({ visited, setting }: Asking, code: string, message: string, column: number): void {
    this.#subject.report(visited, code, message, { setting, column });
  }
}

function fits(type: string, wanted: string): boolean {
  if (wanted === 'any' || type === 'dyn' || type.startsWith('dyn<')) return true;
  if (wanted === 'timestamp') return type === 'string' || type.endsWith('Timestamp');
  if (wanted === 'double') return type === 'double' || type === 'int' || type === 'uint';
  if (wanted === 'string') return ['string', 'Secret'].includes(type) || type.startsWith('google.protobuf.');
  return base(type) === base(wanted);
}

const base = (type: string): string => type.replace(/<.*$/, '');
