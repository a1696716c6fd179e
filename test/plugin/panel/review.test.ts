import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createReviewedFolder, type ReviewedFolder } from '../../fakes/reviewed-folder.ts';
import { openPanelHouse, type PanelHouse } from './open-panel.ts';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const SHOTS = process.env['PANEL_SHOTS'];

let house: PanelHouse;
let reviewed: ReviewedFolder;
beforeAll(async () => {
  reviewed = createReviewedFolder();
  house = await openPanelHouse(reviewed.means);
});
afterAll(async () => {
  await house.close();
  await reviewed.remove();
});
beforeEach(() => {
  const lines = Array.from({ length: 45 }, (_, n) => `- teh line ${n}\n`).join('');
  reviewed.write('Runbook of the login', `owner:: Ada\n\n- A step\n${lines}`);
  reviewed.write('Lonely <img src=x onerror=alert(1)>', '- nobody keeps this\n');
});

it('shows groups, a finding’s exact change, makes it and undoes it, by keyboard alone [review.panel.fix]', async () => {
  const page = await house.enrolled();
  const before = reviewed.files();
  await page.getByRole('link', { name: 'Review' }).click();
  const group = page.getByText('Misspelt');
  await group.waitFor();
  await page.locator('summary', { hasText: 'Misspelt' }).focus();
  await page.keyboard.press('Enter');
  await page.getByText('Show next 20 of 25').waitFor();
  expect(await page.locator('.finding').count()).toBe(20);
  await page.getByText('Show next 20 of 25').focus();
  await page.keyboard.press('Enter');
  await page.getByText('Show next 5 of 5').waitFor();
  const fix = page.getByRole('button', { name: 'Write “the”' }).first();
  await fix.focus();
  await page.keyboard.press('Enter');
  await page.locator('.diff-line[data-is=added]').waitFor();
  expect(reviewed.files()).toEqual(before);
  const apply = page.getByRole('button', { name: 'Apply' });
  await apply.focus();
  await page.keyboard.press('Enter');
  const undo = page.getByRole('button', { name: 'Undo: Write “the”' });
  await undo.waitFor();
  expect(reviewed.files()).not.toEqual(before);
  // The finding is gone: the next one has the focus.
  expect(await page.evaluate('document.activeElement.textContent')).toContain('Write “the”');
  await undo.focus();
  await page.keyboard.press('Enter');
  await page.getByText('undone', { exact: true }).first().waitFor();
  expect(reviewed.files()).toEqual(before);
  expect(house.errors).toEqual([]);
  await page.context().close();
});

it('refuses what changed since it was shown, and says so; a click that a script makes does nothing [review.panel.refuse]', async () => {
  const page = await house.enrolled();
  await house.goTo(page, '#/review');
  await page.locator('summary', { hasText: 'Nobody’s' }).click();
  await page.getByRole('button', { name: 'Ada owns it' }).first().click();
  await page.getByRole('button', { name: 'Apply' }).waitFor();
  const before = reviewed.files();
  await page.getByRole('button', { name: 'Apply' }).evaluate((button) => (button as HTMLButtonElement).click());
  reviewed.write('Lonely <img src=x onerror=alert(1)>', '- nobody keeps this, says Bob\n');
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.getByRole('alert').getByText('changed since the review').waitFor();
  expect(Object.keys(reviewed.files())).toEqual(Object.keys(before));
  await page.context().close();
});

it('puts off, remembers as no issue with a reason, and opens again [review.panel.decide]', async () => {
  const page = await house.enrolled();
  await house.goTo(page, '#/review');
  await page.locator('summary', { hasText: 'Nobody’s' }).click();
  await page.getByRole('button', { name: 'Not an issue…' }).first().click();
  await page.keyboard.type('It is meant to be lonely');
  await page.keyboard.press('Enter');
  await page.getByRole('radio', { name: 'No issue 1' }).check();
  await page.getByText('It is meant to be lonely').waitFor();
  await page.getByRole('button', { name: 'Open again' }).click();
  await page.getByText('Nothing was said to be no issue.').waitFor();
  await page.getByRole('radio', { name: /^Open 4\d$/ }).check();
  await page.locator('summary', { hasText: 'Nobody’s' }).click();
  await page.getByRole('button', { name: 'Put off…' }).first().click();
  await page.getByRole('button', { name: 'in a week' }).click();
  await page.getByText('Put off 1', { exact: true }).waitFor();
  expect(house.errors).toEqual([]);
  await page.context().close();
});

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  it('has no violation of WCAG 2.2 A and AA, also narrow, and when nothing is left [review.panel.axe]', async () => {
    const page = await house.enrolled({ colorScheme });
    const axe = async (): Promise<unknown[]> => {
      const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
      return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
    };
    const shoot = async (name: string): Promise<void> => {
      if (SHOTS) await page.screenshot({ path: `${SHOTS}/review-${name}-${colorScheme}.png`, fullPage: true });
    };
    await house.goTo(page, '#/review');
    await page.getByRole('button', { name: 'Review again' }).click();
    await page.locator('summary', { hasText: 'Misspelt' }).click();
    await page.getByRole('button', { name: 'Write “the”' }).first().click();
    await page.locator('.diff-line[data-is=added]').waitFor();
    await shoot('open');
    expect(await axe()).toEqual([]);
    await page.setViewportSize({ width: 400, height: 700 });
    await shoot('narrow');
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    await page.setViewportSize({ width: 1000, height: 800 });
    reviewed.write('Runbook of the login', 'owner:: Ada\n\n- A step\n');
    reviewed.write('Lonely <img src=x onerror=alert(1)>', 'owner:: Bob\n\n- kept\n');
    await page.getByRole('button', { name: 'Review again' }).click();
    await page.getByText('Nothing needs a hand.').waitFor();
    await shoot('empty');
    expect(await axe()).toEqual([]);
    expect(house.errors).toEqual([]);
    await page.context().close();
  }, 60_000);
});
