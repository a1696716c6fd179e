import { isObject, type Json, type JsonObject } from '../../shared/json.ts';
import type { ToolDefinition } from '../mcp/manifest.ts';

/** So long may a description be when it is cut as far as it goes, in characters. */
const LEAST = 80;

/**
 * Ways to say less about a tool, the gentlest first. What is called how and takes what stays: only descriptions, titles and
 * examples go, which no check rests on.
 */
const WAYS: readonly ((tool: ToolDefinition) => ToolDefinition)[] = [
  (tool) => ({ ...tool, inputSchema: described(tool.inputSchema, firstSentence) }),
  (tool) => ({ ...withDescription(tool, firstSentence), inputSchema: described(tool.inputSchema, firstSentence) }),
  (tool) => ({ ...withDescription(tool, firstSentence), inputSchema: described(tool.inputSchema, () => undefined) }),
  (tool) => ({
    ...withDescription(tool, (text) => firstSentence(text).slice(0, LEAST)),
    inputSchema: described(tool.inputSchema, () => undefined),
  }),
];

/** A tool as it is offered. */
export interface FittedTool<T> {
  tool: T;
  tokens: number;
  shortened: boolean;
}

/**
 * Tools whose definitions cost no more than the budget, where saying less makes that possible: the dearest are shortened
 * first, and no more than is needed. What it gives may still be over: then the persona may not start.
 */
export function fitTools<T extends { definition: ToolDefinition }>(
  tools: readonly T[],
  budget: number | undefined,
  count: (tool: ToolDefinition) => number,
): FittedTool<T>[] {
  const fitted = tools.map((tool) => ({ tool, tokens: count(tool.definition), shortened: false }));
  if (budget === undefined) return fitted;
  const total = (): number => fitted.reduce((sum, { tokens }) => sum + tokens, 0);
  for (const shorten of WAYS) {
    const dearest = fitted.toSorted((one, other) => other.tokens - one.tokens);
    for (const each of dearest) {
      if (total() <= budget) return fitted;
      const definition = shorten(tools[fitted.indexOf(each)]!.definition);
      const tokens = count(definition);
      if (tokens < each.tokens) Object.assign(each, { tool: { ...each.tool, definition }, tokens, shortened: true });
    }
  }
  return fitted;
}

function withDescription(tool: ToolDefinition, change: (text: string) => string): ToolDefinition {
  return tool.description === undefined ? tool : { ...tool, description: change(tool.description) };
}

function firstSentence(text: string): string {
  const [first = ''] = text.trim().split(/(?<=[.!?])\s+|\n/, 1);
  return first;
}

/** A schema with other descriptions in it. A property that is called “description” is none. */
function described(schema: JsonObject, change: (text: string) => string | undefined): JsonObject {
  const walk = (value: Json, names: boolean): Json => {
    if (Array.isArray(value)) return value.map((item) => walk(item, false));
    if (!isObject(value)) return value;
    const entries = Object.entries(value).flatMap(([key, item]): [string, Json][] => {
      if (names) return [[key, walk(item, false)]];
      if (key === 'title' || key === 'examples') return [];
      if (key === 'default' || key === 'enum' || key === 'const') return [[key, item]];
      if (key !== 'description' || typeof item !== 'string') return [[key, walk(item, NAMED.has(key))]];
      const text = change(item);
      return text === undefined ? [] : [[key, text]];
    });
    return Object.fromEntries(entries);
  };
  return walk(schema, false) as JsonObject;
}

/** Keywords below which keys are names. */
const NAMED: ReadonlySet<string> = new Set(['properties', 'patternProperties', '$defs', 'definitions']);
