import { afterAll, beforeAll, expect, it } from 'vitest';
import { node, step, workflowOf } from '../../fakes/outline.ts';
import { openPanelHouse, type PanelHouse } from './open-panel.ts';

let house: PanelHouse;
beforeAll(async () => {
  house = await openPanelHouse();
});
afterAll(() => house.close());

const gate = node('gate', 'ready', {}, node('check', 'tests_pass', { that: 'true' }), node('sign-off', 'fine'));

it('enrols a browser, lists runs, shows one, and signs what it waits for [ui.panel.sign]', async () => {
  const run = await house.start(
    workflowOf(
      step('look', 'act.read', { with: { name: 'look' } }),
      gate,
      step('send', 'act.irreversible', { with: { name: 'send' } }),
    ),
  );
  const page = await house.enrolled();
  await page
    .getByRole('link', { name: /test_workflow/ })
    .first()
    .click();
  await page.getByRole('link', { name: 'Review and sign…' }).first().waitFor();
  await page.getByRole('link', { name: 'Review and sign…' }).first().click();
  await page.locator('[data-arming=armed]').waitFor();
  await page.getByRole('button', { name: 'Sign', exact: true }).click();
  await page.getByRole('tab', { name: 'Outline' }).waitFor();
  await house.here.test.work();
  await page.getByText('Completed').first().waitFor();
  expect(house.here.test.engine.state(run).status).toBe('completed');
  expect(house.errors).toEqual([]);
});
