import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { actions as actionList } from '../../daemon/actions/index.ts';
import { catalogueOf } from '../../daemon/engine/compile.ts';
import { loadPersonas } from '../../daemon/personas/load.ts';
import { primitives } from '../../daemon/primitives/index.ts';
import { allWell, testWorkflows } from '../../daemon/scenarios/test-workflows.ts';
import { SHIPPED } from '../../daemon/workflows.ts';
import { checkWorkflow } from '../../shared/workflow/check.ts';
import { parseWorkflowText } from '../../shared/workflow/parse.ts';

const actions = new Map(actionList.map((action) => [action.name, action]));
const personas = loadPersonas(join(SHIPPED, 'personas'));

const pages = readdirSync(SHIPPED).filter((name) => name.endsWith('.md'));

describe('the shipped pages', () => {
  it.each(pages)('%s has no problem, not even a warning [core.release.page] [core.release.personas]', (page) => {
    const parsed = parseWorkflowText(readFileSync(join(SHIPPED, page), 'utf8'));
    expect(checkWorkflow(parsed, catalogueOf({ primitives, actions }, personas))).toEqual([]);
  });

  it('keep every scenario beside them, and these cover every node and both outcomes of every gate [core.scenarios.coverage]', async () => {
    const printed: string[] = [];
    const tested = await testWorkflows(SHIPPED, { primitives, actions, personas, page: () => undefined }, (line) =>
      printed.push(line),
    );
    expect(allWell(tested), printed.filter((line) => !line.includes('✓')).join('\n')).toBe(true);
    expect(tested).toHaveLength(pages.length);
    expect(tested.find(({ workflow }) => workflow === 'Package release')!.passed).toBeGreaterThan(25);
  });
});
