import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { actions as actionList } from '../../daemon/actions/index.ts';
import { catalogueOf } from '../../daemon/engine/compile.ts';
import { loadPersonas } from '../../daemon/personas/load.ts';
import { primitives } from '../../daemon/primitives/index.ts';
import { allWell, testWorkflows } from '../../daemon/scenarios/test-workflows.ts';
import { SHIPPED } from '../../daemon/workflows.ts';
import { checkWorkflow } from '../../shared/workflow/check.ts';
import type { JsonObject } from '../../shared/json.ts';
import { walk } from '../../shared/workflow/definition.ts';
import { resolveTemplate } from '../../shared/workflow/expression.ts';
import { parseWorkflowText } from '../../shared/workflow/parse.ts';

const actions = new Map(actionList.map((action) => [action.name, action]));
const personas = loadPersonas(join(SHIPPED, 'personas'));
const page = join(SHIPPED, 'incident-response.md');

describe('the shipped page', () => {
  it('has no problem, not even a warning [incident.workflow.page]', () => {
    const parsed = parseWorkflowText(readFileSync(page, 'utf8'));
    expect(checkWorkflow(parsed, catalogueOf({ primitives, actions }, personas))).toEqual([]);
  });

  it('calls only a change of the code a permanent resolution, and what was done by hand a mitigation [incident.workflow.resolution]', () => {
    const { definition } = parseWorkflowText(readFileSync(page, 'utf8'));
    const { node } = walk(definition!.body).find(({ path }) => path.endsWith('close_the_incident'))!;
    const { resolution } = node.settings.with as { resolution: string };
    const said = (change: JsonObject, hand: JsonObject) =>
      resolveTemplate(resolution, () => ({ steps: { change_the_code: change, mend_it_by_hand: hand } }));
    const done = { status: 'completed', output: { what: 'Restarted the shop.' } };
    const skipped = { status: 'skipped' };
    expect(said(done, skipped)).toBe('Restarted the shop.');
    expect(said(skipped, done)).toBeNull();
  });

  it('keeps every scenario beside it, and these cover every node, both outcomes of every gate and each severity [incident.workflow.coverage] [incident.workflow.severities]', async () => {
    const printed: string[] = [];
    const tested = await testWorkflows(page, { primitives, actions, personas, page: () => undefined }, (line) =>
      printed.push(line),
    );
    expect(allWell(tested), printed.filter((line) => !line.includes('✓')).join('\n')).toBe(true);
    expect(tested[0]!.passed).toBeGreaterThan(30);
  });
});
