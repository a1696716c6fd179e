import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { actions } from '../../daemon/actions/index.ts';
import { loadPersonas } from '../../daemon/personas/load.ts';
import { shippedDefinitions, SHIPPED } from '../../daemon/workflows.ts';
import { covers } from '../../shared/workflow/covers.ts';
import { walk, type Definition } from '../../shared/workflow/definition.ts';

const personas = loadPersonas(join(SHIPPED, 'personas'));

/** What the stages of a persona name, over all workflows that come with Stagebook. */
function used(definitions: Iterable<Definition>): Map<string, { actions: Set<string>; secrets: Set<string> }> {
  const found = new Map<string, { actions: Set<string>; secrets: Set<string> }>();
  for (const definition of definitions) {
    for (const { node: stage } of walk(definition.body)) {
      if (stage.role !== 'stage') continue;
      const id = String(stage.settings.persona);
      const its = found.get(id) ?? { actions: new Set(), secrets: new Set() };
      found.set(id, its);
      for (const { node } of walk(stage.children)) {
        if (node.role === 'step') its.actions.add(String(node.settings.uses));
        for (const [, name] of JSON.stringify(node.settings).matchAll(/secret\('([A-Z_]+)'\)/g)) its.secrets.add(name!);
      }
    }
  }
  return found;
}

const use = used(shippedDefinitions().values());

describe.each([...personas.keys()].filter((id) => use.has(id)))('the persona %s', (id) => {
  const { actions: allowed, secrets } = personas.get(id)!;
  const its = use.get(id)!;

  it('may use nothing that no stage of its needs [feature.personas.exact]', () => {
    // Notes and pages are part of every role: whoever works may read and write down.
    const common = ['memory.*', 'page.*'];
    const idle = allowed.filter(
      (pattern) => !common.includes(pattern) && ![...its.actions].some((name) => covers(pattern, name)),
    );
    expect(idle).toEqual([]);
    expect([...secrets].filter((name) => !its.secrets.has(name))).toEqual([]);
  });

  it('may use all that its stages need, and these are actions that there are [feature.personas.exact]', () => {
    const lacking = [...its.actions].filter(
      (name) => name !== 'mcp.call' && !allowed.some((pattern) => covers(pattern, name)),
    );
    expect(lacking).toEqual([]);
    expect([...its.secrets].filter((name) => !secrets.includes(name))).toEqual([]);
    const known = new Set([...actions.map(({ name }) => name), 'mcp.call', 'agent.run']);
    expect([...its.actions].filter((name) => !known.has(name))).toEqual([]);
  });
});

it('stands beside every page of a persona [feature.personas.exact]', () => {
  expect([...personas.keys()].toSorted()).toEqual(
    readdirSync(join(SHIPPED, 'personas'))
      .map((name) => name.replace(/\.md$/, ''))
      .toSorted(),
  );
});
