import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, it } from 'vitest';
import type { ToolDefinition } from '../../../daemon/mcp/manifest.ts';
import { loadPersonas } from '../../../daemon/personas/load.ts';
import { offerOf } from '../../../daemon/personas/offer.ts';
import { offeredName } from '../../../daemon/personas/tool-names.ts';
import { tokenCounts } from '../../../daemon/personas/tokens.ts';
import type { PersonaShape } from '../../../shared/workflow/role.ts';

const listed = (server: string): ToolDefinition[] =>
  JSON.parse(readFileSync(`test/fixtures/mcp-tools/${server}.json`, 'utf8')) as ToolDefinition[];
const tools: Record<string, ToolDefinition[]> = { github: listed('github'), grafana: listed('grafana') };
const servers = {
  names: () => ['github', 'grafana', 'untrusted'],
  pinned: (server: string) => (tools[server] ? { server, launch: {}, tools: tools[server] } : undefined),
};
const persona = (tokenBudget?: number): PersonaShape => ({
  id: 'reader',
  actions: [],
  secrets: [],
  tools: { github: ['issue_*', 'list_*', 'search_*'], grafana: ['query_*'], untrusted: ['*'] },
  ...(tokenBudget === undefined ? {} : { tokenBudget }),
});

/** What checks rest on: names and types, without a word of description. */
const bare = (value: unknown, names = false): unknown => {
  if (Array.isArray(value)) return value.map((item) => bare(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(
        ([key, item]) =>
          names || !(['title', 'examples'].includes(key) || (key === 'description' && typeof item === 'string')),
      )
      .map(([key, item]) => [
        key,
        bare(item, ['properties', '$defs', 'definitions', 'patternProperties'].includes(key)),
      ]),
  );
};

it('shortens descriptions where the tools then fit the budget, the dearest first, and nothing that a check rests on [personas.budget.shortened]', async () => {
  const { tool: count } = await tokenCounts();
  const whole = offerOf(persona(), persona(), servers, count);
  expect(whole.tools.length).toBeGreaterThan(5);
  expect(whole.tools.some(({ shortened }) => shortened)).toBe(false);
  for (const share of [0.99, 0.9, 0.75]) {
    const budget = Math.round(whole.tokens * share);
    const offer = offerOf(persona(), persona(budget), servers, count);
    expect(offer.over).toBeUndefined();
    expect(offer.tokens).toBeLessThanOrEqual(budget);
    expect(offer.tokens).toBe(offer.tools.reduce((sum, { definition }) => sum + count(definition), 0));
    expect(offer.tools.filter(({ shortened }) => shortened).length).toBeGreaterThan(0);
    expect(offer.tools.map(({ name }) => name)).toEqual(whole.tools.map(({ name }) => name));
    for (const [at, { definition }] of offer.tools.entries()) {
      expect(bare(definition.inputSchema)).toEqual(bare(whole.tools[at]!.definition.inputSchema));
    }
  }
  const [first] = offerOf(persona(), persona(whole.tokens - 1), servers, count).tools.filter(
    ({ shortened }) => shortened,
  );
  const dearest = whole.tools.toSorted((one, other) => count(other.definition) - count(one.definition))[0];
  expect(first!.name).toBe(dearest!.name);
});

it('offers nothing, and names the dearest, where no shortening is enough [personas.budget.limit]', async () => {
  const { tool: count } = await tokenCounts();
  const offer = offerOf(persona(), persona(100), servers, count);
  expect(offer.tools).toEqual([]);
  expect(offer.over).toMatch(/“reader” are \d+ tokens, its budget is 100\. The dearest are \w+\/\w+ \(\d+\)/);
});

it('offers what both versions of a persona allow, of servers that are trusted [personas.gateway.tools]', async () => {
  const { tool: count } = await tokenCounts();
  const names = (before: PersonaShape, now: PersonaShape): string[] =>
    offerOf(before, now, servers, count).tools.map(({ name }) => name);
  const less = { ...persona(), tools: { github: ['list_issues'] } };
  expect(names(persona(), less)).toEqual(['github__list_issues']);
  expect(names(less, persona())).toEqual(['github__list_issues']);
});

it('fits every shipped persona as the gateway names its tools, nothing shortened [personas.budget.reduction]', async () => {
  const { tool: count } = await tokenCounts();
  const all = {
    names: () => readdirSync('test/fixtures/mcp-tools').map((file) => basename(file, '.json')),
    pinned: (server: string) => ({ server, launch: {}, tools: listed(server) }),
  };
  for (const shipped of loadPersonas('workflows/personas').values()) {
    const { over, tools: offered } = offerOf(shipped, shipped, all, count);
    expect([shipped.id, over, offered.filter(({ shortened }) => shortened).map(({ name }) => name)]).toEqual([
      shipped.id,
      undefined,
      [],
    ]);
  }
});

it('gives each tool a name of its own that every client takes [personas.gateway.tools]', () => {
  expect(offeredName('github', 'create_branch')).toBe('github__create_branch');
  const odd = [
    offeredName('a.b', 'c'),
    offeredName('a_b', 'c'),
    offeredName('a', 'c'.repeat(80)),
    offeredName('a', `${'c'.repeat(80)}d`),
    offeredName('a', 'tool/with space'),
  ];
  for (const name of odd) expect(name).toMatch(/^[\w-]{1,64}$/);
  expect(new Set(odd).size).toBe(odd.length);
});
