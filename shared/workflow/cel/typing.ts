import type { Environment } from '@marcbachmann/cel-js';
import { environment } from './environment.ts';
import type { Path } from './paths.ts';
import type { Program } from './program.ts';
import type { CelType } from './schema-type.ts';
import { explainTypes, type TypeTrouble } from './words.ts';

/** Stand-ins of each type, one letter long so that they fit wherever a chain of names stood. No name on a page is a capital. */
const STAND_INS: Readonly<Record<Exclude<CelType, 'dyn'>, string>> = {
  double: 'D',
  string: 'S',
  bool: 'B',
  list: 'L',
  'list<double>': 'N',
  'list<string>': 'T',
  'list<bool>': 'F',
  map: 'M',
};

let typed: Environment | undefined;

function typedEnvironment(): Environment {
  if (typed) return typed;
  typed = environment.clone();
  for (const [type, name] of Object.entries(STAND_INS)) typed.registerVariable(name, type);
  const never = (): never => {
    throw new Error('types are only looked at');
  };
  // Numbers mix also inside of lists, and what has no value can be compared with nothing; values need no telling.
  for (const operator of ['double in list<int>', 'int in list<double>', 'list<double> == list<int>']) {
    typed.registerOperator(operator, never);
  }
  typed.registerOperator('list<double> + list<int>', never).registerOperator('list<int> + list<double>', never);
  for (const type of ['double', 'string', 'bool', 'list', 'map']) typed.registerOperator(`${type} == null`, never);
  return typed;
}

/** The type of an expression, or what is wrong with it and where (from 0). */
export type Typed = { type: string } | { error: string; column: number };

const known = new Map<string, { type: string } | TypeTrouble>();

/** Type-checks an expression: each chain of names is taken to have the type that `typeOf` gives. */
export function checkTypes(program: Program, typeOf: (names: readonly string[]) => CelType): Typed {
  const capitals = Object.values(STAND_INS).some((name) => program.variables.has(name));
  let text = program.text;
  for (const path of capitals ? [] : program.paths) {
    const type = typeAt(path, typeOf);
    if (type === 'dyn') continue;
    text = text.slice(0, path.start) + STAND_INS[type].padEnd(path.end - path.start) + text.slice(path.end);
  }
  let result = known.get(text);
  if (!result) {
    const checked = typedEnvironment().check(text);
    result = checked.valid ? { type: String(checked.type) } : (checked.error as TypeTrouble);
    if (known.size > 20_000) known.clear();
    known.set(text, result);
  }
  if ('type' in result) return result;
  return { error: explainTypes(program.text, result), column: result.range?.start ?? 0 };
}

/**
 * The type that counts where a path stands. Values mix more freely than types do: numbers of a branch with whole ones of the
 * other, and any number may be an index. There nothing is said, rather than something wrong.
 */
function typeAt({ names, asked, place }: Path, typeOf: (names: readonly string[]) => CelType): CelType {
  if (asked || place === 'index') return 'dyn';
  const type = typeOf(names);
  if (place === 'branch' && (type === 'double' || type.startsWith('list'))) return 'dyn';
  return type.startsWith('list') && place !== 'quantified' ? 'list' : type;
}
