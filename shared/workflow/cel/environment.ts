import { Environment } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';
import { fail } from '../../failure.ts';
import { SecretHandle } from './secret.ts';

/** Longest text that a pattern is tried on, and longest pattern, in characters. Both are linear in time, not free. */
const LONGEST_TEXT = 1_000_000;
const LONGEST_PATTERN = 1_000;
const LONGEST_DURATION = 100;

const library = new Environment({ unlistedVariablesAreDyn: true });

function createEnvironment(): Environment {
  const created = new Environment({
    unlistedVariablesAreDyn: true,
    homogeneousAggregateLiterals: false,
    limits: { maxAstNodes: 2_000, maxDepth: 60, maxListElements: 500, maxMapEntries: 500, maxCallArguments: 16 },
  });
  created.registerOperator('double == int', (a: number, b: bigint) => a === Number(b));
  for (const [left, right] of [
    ['double', 'int'],
    ['int', 'double'],
  ]) {
    for (const [operator, compute] of ARITHMETIC) {
      created.registerOperator(`${left} ${operator} ${right}`, (a: number | bigint, b: number | bigint) =>
        compute(Number(a), Number(b)),
      );
    }
  }
  created.registerOperator('double % double', (a: number, b: number) => a % b);
  return created
    .registerType('Secret', { ctor: SecretHandle, fields: {} })
    .registerFunction('secret(string): Secret', (name: string) => new SecretHandle(name))
    .registerFunction('string(google.protobuf.Timestamp): string', (moment: Date) => moment.toISOString())
    .registerFunction('string.linear_matches(string): bool', matches)
    .registerFunction('duration_with_days(string): google.protobuf.Duration', duration);
}

const ARITHMETIC: readonly [string, (a: number, b: number) => number][] = [
  ['+', (a, b) => a + b],
  ['-', (a, b) => a - b],
  ['*', (a, b) => a * b],
  ['/', (a, b) => a / b],
  ['%', (a, b) => a % b],
];

const patterns = new Map<string, RE2JS>();

/** Time linear in the text, whatever the pattern. */
function matches(text: string, pattern: string): boolean {
  if (text.length > LONGEST_TEXT || pattern.length > LONGEST_PATTERN) {
    throw fail(
      'invalid',
      'expression.limit',
      `matches() takes texts of ${LONGEST_TEXT} and patterns of ${LONGEST_PATTERN} characters at most.`,
    );
  }
  let compiled = patterns.get(pattern);
  if (!compiled) {
    compiled = RE2JS.compile(pattern);
    if (patterns.size > 500) patterns.clear();
    patterns.set(pattern, compiled);
  }
  return compiled.test(text);
}

/** CEL's durations (`1h30m`), with days. */
function duration(text: string): unknown {
  if (text.length > LONGEST_DURATION) {
    throw fail('invalid', 'expression.limit', `duration() takes ${LONGEST_DURATION} characters at most.`);
  }
  const written = text.replace(/(\d+(?:\.\d+)?)d/g, (_days, number: string) => `${Number(number) * 24}h`);
  return library.evaluate('duration(written)', { written });
}

/**
 * CEL as Stagebook has it (language.md, Expressions). All numbers of inputs and outputs are JSON's, so doubles; they mix with
 * whole numbers as written in an expression. What the library gives no way to replace goes by another name: the compiler
 * puts `linear_matches` in the place of `matches`, and `duration_with_days` in that of `duration`.
 */
export const environment = createEnvironment();
