import { Environment } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';
import { fail } from '../../failure.ts';
import { SecretHandle } from './secret.ts';

/** Longest text that a pattern is tried on, and longest pattern, in characters. Both are linear in time, not free. */
const LONGEST_TEXT = 1_000_000;
const LONGEST_PATTERN = 1_000;

const plain = new Environment({ unlistedVariablesAreDyn: true });

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
  return created
    .registerType('Secret', SecretHandle)
    .registerFunction('secret(string): Secret', (name: string) => new SecretHandle(name))
    .registerFunction('string.re2test(string): bool', matches)
    .registerFunction('timespan(string): google.protobuf.Duration', duration);
}

const ARITHMETIC: readonly [string, (a: number, b: number) => number][] = [
  ['+', (a, b) => a + b],
  ['-', (a, b) => a - b],
  ['*', (a, b) => a * b],
  ['/', (a, b) => a / b],
  ['%', (a, b) => a % b],
];

const patterns = new Map<string, RE2JS>();

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
  return compiled.matcher(text).find();
}

function duration(text: string): unknown {
  const days = /^(\d+)d$/.exec(text);
  return plain.evaluate('duration(written)', { written: days ? `${Number(days[1]) * 24}h` : text });
}

/**
 * CEL as Stagebook has it (language.md, Expressions). All numbers of inputs and outputs are JSON's, so doubles; they mix with
 * whole numbers as written in an expression. `matches` is a linear-time engine and `duration` takes days: the compiler puts
 * `re2test` and `timespan`, which are as long, in their places, because the library's own cannot be replaced.
 */
export const environment = createEnvironment();
